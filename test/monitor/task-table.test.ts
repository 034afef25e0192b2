import fc from "fast-check";
import { expect, it } from "vitest";
import type { TaskState } from "../../src/events/event.ts";
import { Changes } from "../../src/monitor/changes.ts";
import { AgentColumns } from "../../src/monitor/columns.ts";
import { isInFlight, started, type TaskReport } from "../../src/monitor/task.ts";
import { TaskTable } from "../../src/monitor/task-table.ts";

const now = { mono: 0, wall: 0 };
const states: readonly TaskState[] = ["running", "stale", "offered", "orphaned", "given_up"];
const own = { epoch: 1, token: 0, attempt: 1, formerAgents: [], retry: undefined };

function reportOf(taskId: string): TaskReport {
  const unsaid = { staleAfterMs: undefined, timeoutAfterMs: undefined, retry: undefined };
  const said = { state: "running", progress: 0, detail: new Uint8Array(0), error: "", token: 0 };
  return { taskId, ...unsaid, ...said } as TaskReport;
}

it("knows how many of an agent's tasks are in flight, whatever happens to them", () => {
  const step = fc.record({
    slot: fc.nat(2),
    taskId: fc.constantFrom("s", "t", "u", "v"),
    act: fc.constantFrom("remove", "end", "enter"),
    state: fc.constantFrom(...states),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const table = new TaskTable(new Changes(new AgentColumns(), false), { tickMs: 10, nowMs: 0 });
      for (const { slot, taskId, act, state } of steps) {
        const task = table.get(slot, taskId);
        if (!task) table.add({ ...started(reportOf(taskId), { ...own, slot }, now), state });
        else if (act === "remove") table.remove(task);
        else if (act === "end") table.end(task, "timed_out", "", 0);
        else table.enter(task, state);
        expect(table.inFlightCount(slot)).toBe(table.of(slot).filter(isInFlight).length);
      }
    }),
  );
});
