/** A replacement in a source file, which must have `find` exactly once. */
interface Edit {
  /** Below src/. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A rule of the service, broken on purpose: the simulator must notice. */
export interface Mutation {
  readonly name: string;
  /** What is wrong with the service then. */
  readonly wrong: string;
  readonly edits: readonly Edit[];
}

function one(name: string, wrong: string, file: string, find: string, replace: string): Mutation {
  return { name, wrong, edits: [{ file, find, replace }] };
}

export const mutations: readonly Mutation[] = [
  // ---- who lives ------------------------------------------------------------------------------
  one(
    "drop-not-counted",
    "a dropped stream is told, and not counted as a missed beat",
    "monitor/monitor.ts",
    "columns.set(slot, Flag.dropped, true);",
    "",
  ),
  one(
    "drop-not-told",
    "a dropped stream is counted, and no event tells it",
    "monitor/monitor.ts",
    'this.#chronicle.tell(slot, now, { type: "dropped", reason, missedBeats });',
    "",
  ),
  one(
    "missed-not-forgiven",
    "an agent that beats again keeps its missed beats",
    "monitor/monitor.ts",
    "columns.missed[slot] = 0;\n    columns.set(slot, Flag.dropped, false);\n    this.#standing.enter(slot, State.alive, reason, now);",
    "columns.set(slot, Flag.dropped, false);\n    this.#standing.enter(slot, State.alive, reason, now);",
  ),
  one(
    "no-grace",
    "a beat counts as missed without the grace",
    "monitor/detector.ts",
    "Math.max(0, Math.floor((silenceMs - policy.graceMs) / policy.intervalMs))",
    "Math.max(0, Math.floor(silenceMs / policy.intervalMs))",
  ),
  one(
    "timeout-forgotten",
    "only missed beats count, never the timeout",
    "monitor/deadlines.ts",
    "if (silence >= timeoutOf(policy)) {",
    "if (silence >= 10 * timeoutOf(policy)) {",
  ),
  one(
    "wheel-loses-timers",
    "a timer in seven is lost when it moves to a finer level of the wheel",
    "monitor/wheel.ts",
    "this.#link(id, this.#tick);",
    "if (this.#due[id] % 7 !== 0) this.#link(id, this.#tick);",
  ),
  one(
    "suspected-twice",
    "each missed beat is a SUSPECTED",
    "monitor/deadlines.ts",
    "if (columns.state(slot) !== State.suspect) return this.#suspect(slot, reason, now);",
    "return this.#suspect(slot, reason, now);",
  ),
  one(
    "policy-judges-the-past",
    "a policy that an operator shortens judges the silence before it",
    "monitor/deadlines.ts",
    "if (state === State.alive) this.#beginSilence(slot, now);",
    "",
  ),
  one(
    "population-miscounted",
    "who goes DOWN is not taken out of the count it was in",
    "monitor/standing.ts",
    "this.#population[columns.state(slot)]--;\n    this.#population[state]++;",
    "if (state !== State.down) this.#population[columns.state(slot)]--;\n    this.#population[state]++;",
  ),
  // ---- the monitor's own trouble --------------------------------------------------------------
  one(
    "stall-not-held-back",
    "the clock runs on while the monitor stands still",
    "engine/virtual-clock.ts",
    "const heldMs = Math.floor(Math.min(mono - this.#promised, this.#creditMs));",
    "const heldMs = 0;",
  ),
  {
    name: "sockets-not-read-first",
    wrong:
      "when the clock can be held back no further, agents are judged before their sockets are read",
    edits: [
      {
        file: "engine/virtual-clock.ts",
        find: "const heldMs = Math.floor(Math.min(mono - this.#promised, this.#creditMs));",
        replace: "const heldMs = 0;",
      },
      {
        file: "engine/engine.ts",
        find: "this.clock.soon(() => this.clock.soon(() => this.#judge()));",
        replace: "this.#judge();",
      },
    ],
  },
  one(
    "stall-blames-streams",
    "streams that broke by a stall of the monitor count against their agents",
    "monitor/aftermath.ts",
    "return this.#stalledMs >= patience;",
    "return false;",
  ),
  one(
    "sleep-unnoticed",
    "a machine that was suspended takes its broken streams for the agents' fault",
    "engine/virtual-clock.ts",
    "if (Math.abs(leaptMs) >= LEAP_MS)",
    "if (Math.abs(leaptMs) >= Infinity)",
  ),
  one(
    "knock-ends-patience",
    "an attempt from before the stall, turned away after it, ends the patience with its agent",
    "monitor/monitor.ts",
    "if (mayWait) this.#deadlines.await(slot, now);",
    "",
  ),
  // ---- lives ----------------------------------------------------------------------------------
  one(
    "epoch-shared",
    "another life gets the epoch of the one before",
    "monitor/incarnations.ts",
    'return { kind: "next", epoch: Math.max(claimed, next) };',
    'return { kind: "next", epoch: holder.epoch };',
  ),
  one(
    "epoch-of-the-killed",
    "after a kill epochs begin where the disk says, not above what may have been given out",
    "engine/recovery.ts",
    "return known + limits.epochLeap;",
    "return mark?.epochFloor ?? 0;",
  ),
  one(
    "epoch-of-the-forgotten",
    "a name that was forgotten begins with epoch 1 again",
    "monitor/lives.ts",
    "this.#floor.raise(this.#columns.epoch[slot]);",
    "",
  ),
  one(
    "superseded-beats-on",
    "the stream of a life that lost the lease still counts as beating",
    "services/sessions.ts",
    "      this.#open.delete(slot);\n      session.dismiss(parting.error, parting.last);\n      return;",
    "      return;",
  ),
  // ---- the record -----------------------------------------------------------------------------
  {
    name: "told-before-kept",
    wrong: "watchers are told of events as they are decided, before they are kept",
    edits: [
      {
        file: "journal/journal.ts",
        find: 'if (this.#phase.name === "idle") this.#gather();\n    return recorded;',
        replace:
          'if (this.#phase.name === "idle") this.#gather();\n    for (const one of recorded) this.#recent.add(one);\n    this.#lastSequence += recorded.length;\n    for (const listener of this.#listeners) listener();\n    return recorded;',
      },
      {
        file: "journal/journal.ts",
        find: "this.#lastSequence += events.length;",
        replace: "",
      },
    ],
  },
  one(
    "answered-before-kept",
    "operators are answered before what they did is kept",
    "services/keep.ts",
    "const result = act();\n  await engine.log.kept();",
    "const result = act();",
  ),
  one(
    "sequence-given-twice",
    "after a restart the last sequence is given once more",
    "journal/journal.ts",
    "new Backlog(backlogEvents, this.#lastSequence + 1)",
    "new Backlog(backlogEvents, Math.max(1, this.#lastSequence))",
  ),
  one(
    "failed-batch-dropped",
    "a batch that could not be kept is not tried again",
    "journal/journal.ts",
    "const delayMs = this.#retryMs;",
    "const delayMs = this.#retryMs;\n    this.#batch = undefined;",
  ),
  one(
    "backlog-drops-silently",
    "what waits to be kept is bounded far below its setting",
    "journal/backlog.ts",
    "const room = Math.max(0, this.#capacity - this.#events);",
    "const room = Math.max(0, 3 - this.#events);",
  ),
  one(
    "history-too-short",
    "half of the history that is to be kept is forgotten",
    "journal/journal.ts",
    "Math.max(1, this.#lastSequence - historyEvents + 1)",
    "Math.max(1, this.#lastSequence - Math.floor(historyEvents / 2) + 1)",
  ),
  one(
    "history-for-ever",
    "nothing is ever forgotten",
    "journal/journal.ts",
    "if (!tooMany && now - this.#trimmedAt < TRIM_EVERY_MS) return;",
    "if (now - this.#trimmedAt < Infinity) return;",
  ),
  one(
    "resume-skips",
    "a watch that resumes among older events leaves one out",
    "events/follow.ts",
    "const { events, upTo } = await olderEvents(log, filter, cursor);",
    "const { events, upTo } = await olderEvents(log, filter, cursor + 1);",
  ),
  one(
    "resume-repeats",
    "a watch that resumes is told the last event once more",
    "events/follow.ts",
    "let cursor = after;",
    "let cursor = Math.max(log.firstSequence - 1, after - 1);",
  ),
  one(
    "ack-waits-for-the-disk",
    "a beat is acknowledged when the disk has kept up",
    "services/beat-session.ts",
    "engine.flush();\n    this.#ack(now);",
    "engine.flush();\n    void engine.log.kept().then(() => this.#ack(now), () => {});",
  ),
  // ---- restarts -------------------------------------------------------------------------------
  one(
    "restart-forgets-the-dead",
    "who was DOWN is forgotten by a restart",
    "engine/recovery.ts",
    'if (entry.kind === "agent") {',
    'if (entry.kind === "agent" && entry.record.state === "down") slot = undefined;\n      else if (entry.kind === "agent") {',
  ),
  one(
    "restart-alerts-again",
    "who was DOWN is ALIVE after a restart, and goes DOWN again",
    "engine/recovery.ts",
    "slot = monitor.keeping.restoreAgent(entry.record, ",
    'slot = monitor.keeping.restoreAgent(entry.record.state === "down" ? { ...entry.record, state: "alive" } : entry.record, ',
  ),
  one(
    "restart-has-no-patience",
    "after a restart everybody is judged by the silence before it",
    "monitor/keeping.ts",
    "else deadlines.await(slot, now);",
    "else deadlines.arm(slot);",
  ),
  one(
    "pause-forgotten",
    "a restart ends every pause",
    "monitor/keeping.ts",
    "columns.set(slot, Flag.paused, record.pausedUntil !== undefined);",
    "",
  ),
  one(
    "pause-ends-without-patience",
    "whose pause ends right after a restart is judged at once",
    "monitor/deadlines.ts",
    "if (columns.isAwaited(slot)) this.await(slot, now);\n    else this.arm(slot);",
    "columns.set(slot, Flag.awaited, false);\n    this.arm(slot);",
  ),
  one(
    "policy-forgotten",
    "after a restart what an agent declares outranks what an operator set",
    "monitor/keeping.ts",
    "declarations.restore(slot, policy, record.policyFixed);",
    "declarations.restore(slot, policy, false);",
  ),
  one(
    "tasks-forgotten",
    "a restart forgets the tasks in flight",
    "engine/recovery.ts",
    "monitor.keeping.restoreTask(slot, entry.record, now);",
    "",
  ),
  one(
    "orphans-forgotten",
    "the tasks of an agent that goes DOWN stay in flight",
    "monitor/deadlines.ts",
    'this.#tasks.orphanAll(slot, "its agent is down", now);',
    "",
  ),
  // ---- mass failure ---------------------------------------------------------------------------
  one(
    "protection-never-begins",
    "nobody is held, however many fall silent at once",
    "monitor/protection.ts",
    'if (phase.kind !== "watching" || suspects < enough) return;',
    "if (suspects < Infinity) return;",
  ),
  one(
    "protection-never-ends",
    "a hold has no bound, and does not end when agents are back",
    "monitor/protection.ts",
    "if (!isBack && now.mono - phase.since < holdMs) return;",
    "if (now.mono - phase.since < 100 * holdMs) return;",
  ),
  one(
    "down-while-held",
    "agents go DOWN although a hold was told",
    "monitor/deadlines.ts",
    "if (this.#protection?.hold(slot, now)) this.cancel(slot);\n    else this.giveUp(slot, verdict, now, after);",
    "this.giveUp(slot, verdict, now, after);",
  ),
  one(
    "released-all-at-once",
    "those who were held go DOWN all at once",
    "monitor/protection.ts",
    "const allowed = Math.floor((elapsedMs * this.#policy.releasePerSecond) / 1000);",
    "const allowed = Infinity + elapsedMs;",
  ),
  one(
    "held-forgotten",
    "those who were held are never released",
    "monitor/protection.ts",
    "for (let { first } = held; first && released < allowed; { first } = held) {",
    "for (let { first } = held; first && released < allowed - Infinity; { first } = held) {",
  ),
  // ---- lost tasks -----------------------------------------------------------------------------
  one(
    "offer-told-before-kept",
    "an offer is told at once, and a kill -9 may undo it",
    "services/handovers.ts",
    "if (word.sequence > lastSequence) continue;",
    "",
  ),
  one(
    "former-owner-goes-on",
    "an agent that comes back goes on with a task that another one has",
    "monitor/claims.ts",
    'if (elsewhere) return "outdated";',
    "",
  ),
  one(
    "attempt-keeps-its-epoch",
    "the next attempt at a task has the epoch of the one before",
    "monitor/recovery.ts",
    "const token = Math.max(lost.epoch, columns.epoch[slot], this.#parts.floor.highest) + 1;",
    "const token = lost.epoch;",
  ),
  one(
    "old-owner-not-told",
    "an agent that goes on with a task of another one is not told to stop",
    "services/cargo.ts",
    "if (over) outdated.push(over);",
    "",
  ),
  one(
    "lost-never-due",
    "a lost task waits, and nobody looks for an agent when its time has come",
    "monitor/recovery.ts",
    "stopped: loss.stopped });\n      table.schedule(task, dueAt);",
    "stopped: loss.stopped });",
  ),
  one(
    "waiting-not-restored",
    "a task that waited for its next attempt is forgotten by a restart",
    "monitor/recovery.ts",
    'if (handover.kind === "waiting") this.#parts.table.schedule(task, handover.dueAt);',
    "",
  ),
  one(
    "namesake-overwritten",
    "a task is handed to an agent that has it already under this name",
    "monitor/recovery.ts",
    'if (taken && (isInFlight(namesake) || namesake.handover.kind !== "none")) {',
    "if (taken && slot < 0) {",
  ),
  one(
    "one-attempt-too-many",
    "a task whose last attempt was lost is attempted once more",
    "monitor/recovery.ts",
    "const left = task.attempt < retry.maxAttempts;",
    "const left = task.attempt <= retry.maxAttempts;",
  ),
  // ---- what people are told -------------------------------------------------------------------
  one(
    "alert-not-kept",
    "an alert is not kept with the event that begins it",
    "alerts/keeping.ts",
    "this.#changed.add(alert);",
    "",
  ),
  one(
    "alert-not-ended",
    "an agent that beats again stays in its alert",
    "alerts/conditions.ts",
    'case "recovered":',
    'case "policy_updated":',
  ),
  one(
    "alert-never-due",
    "an alert is pending for ever",
    "alerts/teller.ts",
    "if (alert.dueMs <= now.mono) this.#look(alert, now);",
    "",
  ),
  one(
    "alert-told-again",
    "after a restart everything is told anew",
    "alerts/keeping.ts",
    "alert.enter(record.phase);",
    'alert.enter({ name: "pending" });',
  ),
  one(
    "message-names-begin-again",
    "after a restart messages have the names of those from before",
    "alerts/keeping.ts",
    "alert.notices = record.notices;",
    "",
  ),
  one(
    "message-sent-before-kept",
    "a message is sent when it is decided, whatever the disk does",
    "alerts/courier.ts",
    "lane.send(this.#keptOrder)",
    "lane.send(Number.POSITIVE_INFINITY)",
  ),
  // ---- what is left behind --------------------------------------------------------------------
  one(
    "watchers-leak",
    "a watch that has ended keeps its place",
    "services/watchers.ts",
    "this.#open.delete(ending);",
    "",
  ),
];
