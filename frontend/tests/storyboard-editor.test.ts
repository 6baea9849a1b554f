// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import type { Recording } from "../src/protocol/api";
import { ApiError } from "../src/protocol/client";
import type { Storyboard } from "../src/protocol/events";
import { renameState } from "../src/state/storyboard";
import { StoryboardEditor } from "../src/state/storyboardEditor";
import { board } from "./boards";

/** A server that holds one recording, and can be told to fail. */
class Server {
  version = 1;
  storyboard: Storyboard = board();
  fails: ApiError | null = null;
  loses = false; // the next answer
  sent = 0;

  recording = () => Promise.resolve(this.row());

  changeStoryboard = async (_id: string, version: number, next: Storyboard) => {
    this.sent += 1;
    await Promise.resolve();
    if (this.fails) throw this.fails;
    if (version !== this.version) throw new ApiError("storyboard_changed", "Changed.", "", 409);
    this.version += 1;
    this.storyboard = next;
    if (this.loses) {
      this.loses = false;
      throw new ApiError("unreachable", "Away.", "", 0);
    }
    return this.row();
  };

  private row = () => ({ version: this.version, storyboard: this.storyboard }) as Recording;
}

const named = (name: string, of = board()) => renameState(of, "menu", name);
const nameIn = (storyboard: Storyboard | null) => storyboard?.states[1]?.name;

beforeEach(() => sessionStorage.clear());

test("a change is sent at once, and changes made meanwhile as one", async () => {
  const server = new Server();
  const editor = new StoryboardEditor(server, "r", 1, board());
  for (const name of ["A", "B", "C"]) editor.change(named(name));
  expect(editor.current().saving).toBe(true);
  expect(await editor.flush()).toBe(true);
  expect(nameIn(server.storyboard)).toBe("C");
  expect(server.sent).toBe(2);
  expect(editor.current().saving).toBe(false);
});

test("each change is taken back, and that is sent as well", async () => {
  const server = new Server();
  const editor = new StoryboardEditor(server, "r", 1, board());
  editor.change(named("A"));
  editor.change(named("B"));
  editor.undo();
  await editor.flush();
  expect(nameIn(server.storyboard)).toBe("A");
  editor.undo();
  await editor.flush();
  expect(nameIn(server.storyboard)).toBe("State menu");
  expect(editor.current().canUndo).toBe(false);
});

test("what could not be sent outlives a reload and is sent then", async () => {
  const server = new Server();
  server.fails = new ApiError("unreachable", "Away.", "", 0);
  const editor = new StoryboardEditor(server, "r", 1, board());
  editor.change(named("Mine"));
  expect(await editor.flush()).toBe(false);
  expect(editor.current().error).toBe(server.fails);
  server.fails = null;
  const reloaded = new StoryboardEditor(server, "r", 1, board());
  expect(nameIn(reloaded.current().board)).toBe("Mine");
  expect(await reloaded.flush()).toBe(true);
  expect(nameIn(server.storyboard)).toBe("Mine");
  expect(nameIn(new StoryboardEditor(server, "r", 2, server.storyboard).current().board)).toBe(
    "Mine",
  );
  expect(sessionStorage.length).toBe(0);
});

const conflicting = async () => {
  const server = new Server();
  const editor = new StoryboardEditor(server, "r", 1, board());
  await server.changeStoryboard("r", 1, named("Theirs"));
  editor.change(named("Mine"));
  expect(await editor.flush()).toBe(false);
  expect(editor.current()).toMatchObject({ conflict: true, error: null });
  expect(nameIn(server.storyboard)).toBe("Theirs");
  return { server, editor };
};

test("of two changes at once mine is kept, and theirs is a step of undo away", async () => {
  const { server, editor } = await conflicting();
  editor.keepMine();
  expect(await editor.flush()).toBe(true);
  expect(nameIn(server.storyboard)).toBe("Mine");
  editor.undo();
  await editor.flush();
  expect(nameIn(server.storyboard)).toBe("Theirs");
});

test("or theirs is taken, and mine is a step of undo away", async () => {
  const { server, editor } = await conflicting();
  editor.takeTheirs();
  expect(nameIn(editor.current().board)).toBe("Theirs");
  expect(await editor.flush()).toBe(true);
  editor.undo();
  await editor.flush();
  expect(nameIn(server.storyboard)).toBe("Mine");
});

test("a change whose answer was lost is no conflict with itself", async () => {
  const server = new Server();
  server.loses = true;
  const editor = new StoryboardEditor(server, "r", 1, board());
  editor.change(named("Mine"));
  expect(await editor.flush()).toBe(false);
  expect(await editor.flush()).toBe(true);
  expect(editor.current()).toMatchObject({ conflict: false, error: null, saving: false });
  expect(server.version).toBe(2);
});
