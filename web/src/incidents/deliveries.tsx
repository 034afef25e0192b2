import { useSignal } from "@preact/signals";
import {
  type Delivery,
  DeliveryState,
} from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { plural } from "../../../src/cli/words.ts";
import { ActDialog } from "../controls/act-dialog.tsx";
import { useAsking } from "../data/use-asking.ts";
import { usePage } from "../page.ts";
import { When } from "../ui/when.tsx";
import { ActTable } from "./act-table.tsx";
import type { ToldProps } from "./silences.tsx";
import { Unanswered } from "./unanswered.tsx";

const ASKED_EVERY_MS = 5_000;
const SHOWN = 50;
const COLUMNS = ["message", "channel", "stands", "attempts", "decided", "last failure"];

/** Messages that nobody has: given up, or still on their way. */
export function Deliveries({ onDone }: ToldProps) {
  const { api, live, tokens } = usePage();
  const resending = useSignal<Delivery | undefined>(undefined);
  const { answer, again } = useAsking(`deliveries ${tokens.get()}`, ASKED_EVERY_MS, (options) => {
    const states = [DeliveryState.DEAD, DeliveryState.WAITING];
    const request = { organizationId: live.organizationId, states, pageSize: SHOWN };
    return api.alerts.listDeliveries(request, options);
  });
  const chosen = resending.value;
  return (
    <section class="panel" aria-label="Messages that were not delivered">
      <h2>Not delivered</h2>
      {answer.kind === "known" ? (
        <DeliveryTable
          deliveries={answer.value.deliveries}
          total={answer.value.totalSize}
          onResend={(delivery) => {
            resending.value = delivery;
          }}
        />
      ) : (
        <Unanswered answer={answer} what="deliveries" />
      )}
      <ActDialog
        title="Send it again"
        isOpen={chosen !== undefined}
        verb="Send again"
        onClose={() => {
          resending.value = undefined;
        }}
        onDone={(words) => {
          onDone(words);
          again();
        }}
        act={async (options) => {
          if (chosen === undefined) return "";
          const { id, channel } = chosen;
          // As it was asked for: one of the monitor itself, or of several tenants, names none.
          const { organizationId } = live;
          await api.alerts.resendDelivery({ organizationId, deliveryId: id }, options);
          return `It is sent again by ${channel}.`;
        }}
      >
        <p>{chosen && `By ${chosen.channel}, at once: ${chosen.summary}`}</p>
      </ActDialog>
    </section>
  );
}

interface DeliveryTableProps {
  readonly deliveries: readonly Delivery[];
  readonly total: bigint;
  onResend(delivery: Delivery): void;
}

function DeliveryTable({ deliveries, total, onResend }: DeliveryTableProps) {
  if (deliveries.length === 0) return <p class="hint">Every message has arrived.</p>;
  const others = Number(total) - deliveries.length;
  return (
    <>
      <ActTable columns={COLUMNS}>
        {deliveries.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} onResend={onResend} />
        ))}
      </ActTable>
      {others > 0 && <p class="hint">and {plural(others, "other")}</p>}
    </>
  );
}

function DeliveryRow({
  delivery,
  onResend,
}: {
  delivery: Delivery;
  onResend(delivery: Delivery): void;
}) {
  const { summary, channel, state, attempts, createdAt, lastError, nextAttemptAt } = delivery;
  const isDead = state === DeliveryState.DEAD;
  return (
    <tr class={isDead ? "is-down" : ""}>
      <th scope="row">{summary}</th>
      <td>{channel}</td>
      <td>
        {isDead ? (
          "given up"
        ) : (
          <>
            tried next <When at={nextAttemptAt} />
          </>
        )}
      </td>
      <td class="is-number">{attempts}</td>
      <td>
        <When at={createdAt} />
      </td>
      <td>{lastError === "" ? "-" : <span class="failure">{lastError}</span>}</td>
      <td>
        <button
          type="button"
          aria-label={`Send again by ${channel}`}
          onClick={() => onResend(delivery)}
        >
          Send again
        </button>
      </td>
    </tr>
  );
}
