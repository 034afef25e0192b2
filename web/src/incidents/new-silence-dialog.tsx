import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Signal, useSignal } from "@preact/signals";
import {
  type AlertKind,
  AlertKindSchema,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ActDialog } from "../controls/act-dialog.tsx";
import {
  type Lasting,
  LastingField,
  lastingMs,
  ReasonField,
  TextField,
} from "../controls/fields.tsx";
import { usePage } from "../page.ts";
import { kindText } from "./words.ts";

export interface NewSilenceDialogProps {
  readonly isOpen: boolean;
  onClose(): void;
  onDone(done: string): void;
}

const kinds = AlertKindSchema.values.filter(({ number }) => number !== 0);

/** Nobody is told, for a while, of what matches. */
export function NewSilenceDialog(dialog: NewSilenceDialogProps) {
  const { api, live, serverWall } = usePage();
  const own = live.organizationId;
  const organization = useSignal(own === "*" ? "default" : own);
  const prefix = useSignal("");
  const type = useSignal("");
  const labels = useSignal("");
  const kind = useSignal(0);
  const begin = useSignal<Lasting>({ amount: "0", unit: "minutes" });
  const lasting = useSignal<Lasting>({ amount: "2", unit: "hours" });
  const reason = useSignal("");
  return (
    <ActDialog
      {...dialog}
      title="New silence"
      verb="Silence"
      act={async (options) => {
        const startsInMs = lastingMs(begin.peek());
        const silence = {
          organizationId: organization.peek().trim(),
          idPrefix: prefix.peek().trim(),
          agentType: type.peek().trim(),
          labels: readLabels(labels.peek()),
          kinds: kind.peek() === 0 ? [] : [kind.peek() as AlertKind],
          reason: reason.peek(),
          ...(startsInMs > 0 && { startsAt: timestampFromMs(serverWall.peek() + startsInMs) }),
        };
        const silenceFor = durationFromMs(Math.round(lastingMs(lasting.peek())));
        await api.alerts.createSilence({ silence, silenceFor }, options);
        return "The silence is made.";
      }}
    >
      <p>Nobody is told of what matches all of these; what is left empty matches anything.</p>
      <TextField label="Organization" text={organization} hint='"*" is every organization.' />
      <TextField label="Agents whose id begins with" text={prefix} />
      <TextField label="Type" text={type} />
      <TextField label="Labels, as key=value, parted by spaces" text={labels} />
      <KindField kind={kind} />
      <LastingField label="Begins in" lasting={begin} />
      <LastingField label="For how long" lasting={lasting} />
      <ReasonField text={reason} />
    </ActDialog>
  );
}

function KindField({ kind }: { kind: Signal<number> }) {
  return (
    <label class="field">
      Alerts
      <select
        value={String(kind.value)}
        onChange={(event) => {
          kind.value = Number(event.currentTarget.value);
        }}
      >
        <option value="0">of any kind</option>
        {kinds.map(({ number }) => (
          <option key={number} value={String(number)}>
            {kindText(number)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** "region=eu team=core"; a name alone is one with an empty value, which the server judges. */
export function readLabels(text: string): Record<string, string> {
  const words = text.split(/\s+/).filter(Boolean);
  return Object.fromEntries(
    words.map((word) => {
      const [name = "", value = ""] = word.split(/=(.*)/s);
      return [name, value];
    }),
  );
}
