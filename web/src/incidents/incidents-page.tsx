import { useSignal } from "@preact/signals";
import { isAbsent } from "../data/asking.ts";
import { usePage } from "../page.ts";
import { AlertList } from "./alert-list.tsx";
import { Channels } from "./channels.tsx";
import { Deliveries } from "./deliveries.tsx";
import { Silences } from "./silences.tsx";

/** What is wrong, and what was: alerts, silences, and whether people were told. */
export function IncidentsPage() {
  const { firing } = usePage();
  const done = useSignal("");
  const say = (words: string) => {
    done.value = words;
  };
  if (isAbsent(firing.answer.value)) return <p class="empty">This server has no alerts.</p>;
  return (
    <div class="incidents">
      <h1>Incidents</h1>
      <p class="done" role="status">
        {done.value}
      </p>
      <AlertList />
      <Silences onDone={say} />
      <Channels onDone={say} />
      <Deliveries onDone={say} />
    </div>
  );
}
