import { useState } from "react";
import { api } from "../../protocol/client";
import { Button } from "../../ui/Button";
import { Refusal } from "../../ui/Failure";

/** Says why the project is not in the list, and brings it back there. */
export function ArchivedBar({ projectId, onBack }: { projectId: string; onBack: () => void }) {
  const [refusal, setRefusal] = useState<unknown>(null);
  return (
    <>
      <p className="line-bar" role="status">
        This project is archived: the list leaves it out.
        <Button
          kind="quiet"
          onClick={() => void api.unarchiveProject(projectId).then(onBack, setRefusal)}
        >
          Unarchive
        </Button>
      </p>
      <Refusal error={refusal} onDismiss={() => setRefusal(null)} />
    </>
  );
}
