import { useSignal } from "@preact/signals";
import type { Silence } from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ActDialog } from "../controls/act-dialog.tsx";
import { useAsking } from "../data/use-asking.ts";
import { usePage } from "../page.ts";
import { When } from "../ui/when.tsx";
import { ActTable } from "./act-table.tsx";
import { NewSilenceDialog } from "./new-silence-dialog.tsx";
import { Unanswered } from "./unanswered.tsx";
import { matchText, silenceStanding } from "./words.ts";

const ASKED_EVERY_MS = 5_000;

export interface ToldProps {
  onDone(done: string): void;
}

/** Of what nobody is told for a while: a maintenance window when it is to begin. */
export function Silences({ onDone }: ToldProps) {
  const { api, live, tokens } = usePage();
  const isMaking = useSignal(false);
  const ending = useSignal<Silence | undefined>(undefined);
  const { answer, again } = useAsking(`silences ${tokens.get()}`, ASKED_EVERY_MS, (options) =>
    api.alerts.listSilences({ organizationId: live.organizationId, includeEnded: true }, options),
  );
  const told = (words: string) => {
    onDone(words);
    again();
  };
  return (
    <section class="panel" aria-label="Silences">
      <div class="panel-head">
        <h2>Silences</h2>
        <button type="button" onClick={() => (isMaking.value = true)}>
          New silence
        </button>
      </div>
      {answer.kind === "known" ? (
        <SilenceTable
          silences={answer.value.silences}
          onEnd={(silence) => {
            ending.value = silence;
          }}
        />
      ) : (
        <Unanswered answer={answer} what="silences" />
      )}
      <NewSilenceDialog
        isOpen={isMaking.value}
        onClose={() => {
          isMaking.value = false;
        }}
        onDone={told}
      />
      <EndSilenceDialog
        silence={ending.value}
        onClose={() => {
          ending.value = undefined;
        }}
        onDone={told}
      />
    </section>
  );
}

interface SilenceTableProps {
  readonly silences: readonly Silence[];
  onEnd(silence: Silence): void;
}

function SilenceTable({ silences, onEnd }: SilenceTableProps) {
  const { serverWall } = usePage();
  if (silences.length === 0) return <p class="hint">None.</p>;
  return (
    <ActTable columns={["of", "stands", "from", "until", "why"]}>
      {silences.map((silence) => {
        const standing = silenceStanding(silence, serverWall.value);
        return (
          <tr key={silence.id} class={standing === "ended" ? "is-over" : ""}>
            <th scope="row">{matchText(silence)}</th>
            <td>{standing}</td>
            <td>
              <When at={silence.startsAt} />
            </td>
            <td>
              <When at={silence.endsAt} />
            </td>
            <td>{silence.reason || "-"}</td>
            <td>
              {standing !== "ended" && (
                <button type="button" onClick={() => onEnd(silence)}>
                  End
                </button>
              )}
            </td>
          </tr>
        );
      })}
    </ActTable>
  );
}

interface EndSilenceDialogProps extends ToldProps {
  readonly silence: Silence | undefined;
  onClose(): void;
}

function EndSilenceDialog({ silence, onClose, onDone }: EndSilenceDialogProps) {
  const { api } = usePage();
  return (
    <ActDialog
      title="End the silence"
      isOpen={silence !== undefined}
      verb="End it"
      onClose={onClose}
      onDone={onDone}
      act={async (options) => {
        if (silence === undefined) return "";
        const { id, organizationId } = silence;
        await api.alerts.endSilence({ organizationId, silenceId: id }, options);
        return "The silence has ended.";
      }}
    >
      <p>
        {silence && `The silence of ${matchText(silence)} ends now.`} What still fires is told at
        once.
      </p>
    </ActDialog>
  );
}
