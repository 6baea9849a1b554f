import { Component, type ReactNode } from "react";
import { Button } from "./Button";
import { Notice } from "./Notice";
import { WholePage } from "./WholePage";

interface BoundaryProps {
  children: ReactNode;
  instead?: ReactNode; // shown in place of what broke; without it, the cause and a way on
}

/** Keeps a broken part from taking the page with it, and says what broke. */
export class Boundary extends Component<BoundaryProps, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    if (this.props.instead !== undefined) return this.props.instead;
    return (
      <WholePage>
        <Notice
          tone="problem"
          title="The page cannot show this."
          hint={`${error.message}. The run and its files are safe on the server.`}
          action={
            <Button kind="primary" icon="refresh" onClick={() => location.reload()}>
              Reload
            </Button>
          }
        />
      </WholePage>
    );
  }
}
