import { useSignal } from "@preact/signals";
import type { Channel } from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { span } from "../../../src/cli/words.ts";
import { ActDialog } from "../controls/act-dialog.tsx";
import { useAsking } from "../data/use-asking.ts";
import { usePage } from "../page.ts";
import { When } from "../ui/when.tsx";
import { ActTable } from "./act-table.tsx";
import type { ToldProps } from "./silences.tsx";
import { Unanswered } from "./unanswered.tsx";

const ASKED_EVERY_MS = 5_000;
const COLUMNS = [
  "channel",
  "kind",
  "leads to",
  "waiting",
  "dead",
  "delivered",
  "failed",
  "last attempt",
];

/** The ways to tell people, and how each does. */
export function Channels({ onDone }: ToldProps) {
  const { api, tokens } = usePage();
  const testing = useSignal("");
  const { answer, again } = useAsking(`channels ${tokens.get()}`, ASKED_EVERY_MS, (options) =>
    api.alerts.listChannels({}, options),
  );
  const close = () => {
    testing.value = "";
  };
  return (
    <section class="panel" aria-label="Channels">
      <h2>Channels</h2>
      {answer.kind === "known" ? (
        <ChannelTable
          channels={answer.value.channels}
          onTest={(name) => {
            testing.value = name;
          }}
        />
      ) : (
        <Unanswered answer={answer} what="channels" />
      )}
      <ActDialog
        title={`Test ${testing.value}`}
        isOpen={testing.value !== ""}
        verb="Send a test"
        onClose={close}
        onDone={(words) => {
          onDone(words);
          again();
        }}
        act={async (options) => {
          const channel = testing.peek();
          const { delivered, error, took } = await api.alerts.testChannel({ channel }, options);
          if (!delivered) return { meaning: "It was not delivered.", words: error };
          return `The test by ${channel} was delivered within ${span(took)}.`;
        }}
      >
        <p>A message that says that it is a test goes out, once and now.</p>
      </ActDialog>
    </section>
  );
}

interface ChannelTableProps {
  readonly channels: readonly Channel[];
  onTest(name: string): void;
}

function ChannelTable({ channels, onTest }: ChannelTableProps) {
  if (channels.length === 0) {
    return (
      <p class="hint">
        None: nobody is told. The file that the setting <code>alerts</code> names has them.
      </p>
    );
  }
  return (
    <ActTable columns={COLUMNS}>
      {channels.map((channel) => (
        <ChannelRow key={channel.name} channel={channel} onTest={onTest} />
      ))}
    </ActTable>
  );
}

const counted = (amount: bigint) => amount.toLocaleString("en-US");

function ChannelRow({ channel, onTest }: { channel: Channel; onTest(name: string): void }) {
  return (
    <tr class={channel.dead > 0n ? "is-down" : ""}>
      <th scope="row">{channel.name}</th>
      <td>{channel.kind}</td>
      <td>{channel.target || "-"}</td>
      <td class="is-number">{counted(channel.waiting)}</td>
      <td class="is-number">{counted(channel.dead)}</td>
      <td class="is-number">{counted(channel.deliveredTotal)}</td>
      <td class="is-number">{counted(channel.failuresTotal)}</td>
      <td>
        <When at={channel.lastAttemptAt} />
        {channel.lastError !== "" && <span class="failure">{channel.lastError}</span>}
      </td>
      <td>
        <button
          type="button"
          aria-label={`Test ${channel.name}`}
          onClick={() => onTest(channel.name)}
        >
          Test
        </button>
      </td>
    </tr>
  );
}
