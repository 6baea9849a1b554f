import { lazy, Suspense } from "react";
import { StartPage } from "./features/compose/StartPage";
import { ProjectsPage } from "./features/history/ProjectsPage";
import { ModelsPage } from "./features/models/ModelsPage";
import { api } from "./protocol/client";
import { Link, useRoute } from "./router";
import { Failure } from "./ui/Failure";
import { useLoaded } from "./ui/hooks";
import { Notice } from "./ui/Notice";
import { WholePage } from "./ui/WholePage";

// who comes to the start has not to wait for all that a project needs
const StudioPage = lazy(() => import("./features/studio/StudioPage"));
const RecordingPage = lazy(() => import("./features/recording/RecordingPage"));
const ArenasPage = lazy(() => import("./features/arena/ArenasPage"));
const ArenaPage = lazy(() => import("./features/arena/ArenaPage"));

export function App() {
  const route = useRoute();
  const [config, retry] = useLoaded("config", api.config);

  if (route.page === "unknown") {
    return (
      <WholePage>
        <Notice
          title="There is no page at this address."
          hint={location.pathname}
          action={
            <Link className="button plain" href="/">
              Start
            </Link>
          }
        />
      </WholePage>
    );
  }
  if (config.state === "loading") {
    return (
      <main className="whole-page">
        <Notice title="Asking the server what it can do…" />
      </main>
    );
  }
  if (config.state === "failed") {
    return (
      <WholePage>
        <Failure error={config.error} onRetry={retry} kind="primary" />
      </WholePage>
    );
  }
  switch (route.page) {
    case "start":
      return <StartPage config={config.data} />;
    case "projects":
      return <ProjectsPage />;
    case "arenas":
      return (
        <Suspense fallback={<main className="whole-page" />}>
          {route.arenaId === null ? (
            <ArenasPage config={config.data} />
          ) : (
            <ArenaPage key={route.arenaId} arenaId={route.arenaId} number={route.number} />
          )}
        </Suspense>
      );
    case "recording":
      return (
        <Suspense fallback={<main className="whole-page" />}>
          <RecordingPage
            key={route.recordingId}
            config={config.data}
            recordingId={route.recordingId}
          />
        </Suspense>
      );
    case "models":
      return (
        <ModelsPage
          key={route.endpointId}
          config={config.data}
          endpointId={route.endpointId}
          onChanged={retry}
        />
      );
    case "project":
      return (
        <Suspense
          fallback={
            <main className="whole-page">
              <Notice title="Opening the project…" />
            </main>
          }
        >
          <StudioPage
            key={route.projectId}
            config={config.data}
            projectId={route.projectId}
            runId={route.runId}
            group={route.group}
          />
        </Suspense>
      );
    default:
      return route satisfies never;
  }
}
