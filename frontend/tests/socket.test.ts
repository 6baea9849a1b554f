import { describe, expect, test } from "vitest";
import { RunFeed } from "../src/protocol/socket";
import { FakeTransport, frame, Log, turns } from "./kit";

function startedFeed(after = 0) {
  const transport = new FakeTransport();
  const log = new Log();
  const feed = new RunFeed(after, log, transport);
  feed.start();
  return { transport, log, feed };
}

describe("a feed of a run", () => {
  test("asks for what comes after the events that were read", () => {
    expect(startedFeed(7).transport.socket.after).toBe(7);
  });

  test("delivers each event once where replay and live overlap", () => {
    const { transport, log } = startedFeed();
    transport.socket.accept();
    const events = turns(4).map(frame);
    transport.socket.send(...events.slice(0, 3), ...events.slice(1));
    expect(log.seqs).toEqual([1, 2, 3, 4]);
  });

  test("says that the run itself has changed", () => {
    const { transport, log } = startedFeed();
    transport.socket.accept();
    transport.socket.send({ kind: "run_changed" });
    expect([log.changes, log.seqs]).toEqual([1, []]);
  });

  test("goes on after the last event it saw when the line drops", async () => {
    const { transport, log } = startedFeed();
    transport.socket.accept();
    transport.socket.send(...turns(3).map(frame));
    transport.socket.drop();
    await transport.elapse();
    expect(transport.socket.after).toBe(3);
    transport.socket.accept();
    transport.socket.send(...turns(2, 4).map(frame), { kind: "caught_up", seq: 5 });
    expect(log.seqs).toEqual([1, 2, 3, 4, 5]);
    expect(log.lines).toEqual(["connecting", "reconnecting", "live"]);
  });

  test("does not deliver an event past a gap, and asks again from before it", async () => {
    const { transport, log } = startedFeed();
    transport.socket.accept();
    transport.socket.send(...turns(2).map(frame), ...turns(1, 4).map(frame));
    expect(log.seqs).toEqual([1, 2]);
    expect(transport.socket.closed).toBe(true);
    await transport.elapse();
    expect(transport.socket.after).toBe(2);
  });

  test("hears nothing more from a socket it has left", async () => {
    const { transport, log } = startedFeed();
    const left = transport.socket;
    left.accept();
    left.drop();
    await transport.elapse();
    left.send(...turns(1).map(frame));
    expect(log.seqs).toEqual([]);
  });

  test("waits longer with each failure and starts over after a success", async () => {
    const { transport } = startedFeed();
    transport.socket.accept();
    const waited: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      transport.socket.drop();
      waited.push(transport.waits[0]?.milliseconds ?? 0);
      await transport.elapse();
    }
    expect(waited).toEqual([300, 600, 1200, 2500, 5000, 5000, 5000]);
    transport.socket.accept();
    transport.socket.drop();
    expect(transport.waits[0]?.milliseconds).toBe(300);
  });

  test("asks over HTTP where no socket ever opens", async () => {
    const { transport, log } = startedFeed();
    transport.stored = turns(3);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      transport.socket.drop();
      await transport.elapse();
    }
    expect(log.seqs).toEqual([1, 2, 3]);
    expect(log.lines.at(-1)).toBe("polling");
    transport.stored = turns(5);
    await transport.elapse();
    expect(log.seqs).toEqual([1, 2, 3, 4, 5]);
  });

  test("keeps asking over HTTP while the server is away", async () => {
    const { transport, log } = startedFeed();
    transport.reachable = false;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      transport.socket.drop();
      await transport.elapse();
    }
    expect(log.lines.at(-1)).toBe("reconnecting");
    transport.reachable = true;
    transport.stored = turns(1);
    await transport.elapse();
    expect(log.seqs).toEqual([1]);
  });

  test("looks for a socket again while it asks over HTTP", async () => {
    const { transport } = startedFeed();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      transport.socket.drop();
      await transport.elapse();
    }
    const before = transport.sockets.length;
    for (let poll = 0; poll < 30; poll += 1) await transport.elapse();
    expect(transport.sockets.length).toBe(before + 1);
  });

  test("tries at once when it is told to", () => {
    const { transport, feed } = startedFeed();
    transport.socket.accept();
    transport.socket.drop();
    feed.retryNow();
    expect(transport.sockets.length).toBe(2);
    expect(transport.waits).toEqual([]);
  });

  test("stops asking over HTTP when it is told to while an answer is on its way", async () => {
    const { transport, log, feed } = startedFeed();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      transport.socket.drop();
      if (attempt < 2) await transport.elapse();
    }
    const before = transport.sockets.length;
    feed.retryNow();
    await transport.elapse();
    expect(transport.sockets.length).toBe(before + 1);
    expect(transport.waits).toEqual([]); // the socket alone is followed
    expect(log.lines).not.toContain("polling");
  });

  test("stops where the run does not exist", () => {
    const { transport, log } = startedFeed();
    transport.socket.accept();
    transport.socket.send({ kind: "error", code: "not_found", message: "No such run.", hint: "" });
    expect(log.refusals).toEqual(["not_found"]);
    expect(log.lines.at(-1)).toBe("closed");
    expect(transport.waits).toEqual([]);
  });

  test("says why and tries again where the trouble may pass", async () => {
    const { transport, log } = startedFeed();
    transport.socket.accept();
    transport.socket.send({ kind: "error", code: "database_unavailable", message: "…", hint: "" });
    transport.socket.drop();
    await transport.elapse();
    expect(log.refusals).toEqual(["database_unavailable"]);
    expect(transport.sockets.length).toBe(2);
  });

  test("opens nothing more once it is stopped", async () => {
    const { transport, feed } = startedFeed();
    transport.socket.accept();
    transport.socket.drop();
    feed.stop();
    await transport.elapse();
    expect(transport.sockets.length).toBe(1);
  });

  test("loses and repeats nothing over a line that drops at random places", async () => {
    const { transport, log } = startedFeed();
    const total = 120;
    const stored = turns(total);
    let seed = 11;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    while ((log.seqs.at(-1) ?? 0) < total) {
      const socket = transport.socket;
      socket.accept();
      const from = Math.max(0, socket.after - random(3)); // some repeated
      socket.send(...stored.slice(from, from + 1 + random(20)).map(frame));
      socket.drop();
      await transport.elapse();
    }
    expect(log.seqs).toEqual(stored.map(({ seq }) => seq));
  });
});
