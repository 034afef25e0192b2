/**
 * How thorough a run is: every span and count, once.
 */
export interface Effort {
  /** Rounds in which the servers take turns. */
  readonly rounds: number;
  /** Rounds before, so that every server has compiled what it will run. Not counted. */
  readonly warmUpRounds: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Connections of the memory part. */
  readonly connections: number;
  /** How long memory is left alone before it is read. */
  readonly settleMs: number;
  /** Processes killed. */
  readonly kills: number;
  /** How long agents are made to fall silent, over and over. */
  readonly silenceMs: number;
  /** Agents of the larger table in the monitor's part. */
  readonly monitorAgents: number;
  /** Rounds of the journal's part, and how long a turn of them is; a round has four. */
  readonly journalRounds: number;
  readonly journalTurnMs: number;
  /** Agents that are known before a restart, how often that is measured, and what it may take. */
  readonly restarts: readonly {
    readonly agents: number;
    readonly times: number;
    readonly budgetMs: number;
  }[];
  /** Agents that fall silent at once. */
  readonly massAgents: number;
  /** Agents of the servers that are asked, how often each question is, and each snapshot. */
  readonly askedAgents: readonly number[];
  readonly questions: number;
  readonly snapshots: number;
  /** How long acks are measured, while very many watch. */
  readonly watchersMs: number;
  /** Agents on the live page, how often it is loaded, and how long its frames are counted. */
  readonly pageAgents: number;
  readonly pageLoads: number;
  readonly pageMs: number;
}

export const full: Effort = {
  rounds: 9,
  warmUpRounds: 2,
  warmUpMs: 300,
  measuredMs: 1_500,
  connections: 10_000,
  settleMs: 4_000,
  kills: 200,
  silenceMs: 20_000,
  monitorAgents: 1_000_000,
  journalRounds: 24,
  journalTurnMs: 400,
  restarts: [
    { agents: 100_000, times: 3, budgetMs: 2_000 },
    { agents: 1_000_000, times: 1, budgetMs: 15_000 },
  ],
  massAgents: 100_000,
  askedAgents: [10_000, 100_000],
  questions: 100,
  snapshots: 5,
  watchersMs: 8_000,
  pageAgents: 10_000,
  pageLoads: 5,
  pageMs: 10_000,
};

/** For trying the bench, not for figures. */
export const quick: Effort = {
  rounds: 1,
  warmUpRounds: 1,
  warmUpMs: 200,
  measuredMs: 600,
  connections: 500,
  settleMs: 500,
  kills: 12,
  silenceMs: 3_000,
  monitorAgents: 100_000,
  journalRounds: 4,
  journalTurnMs: 200,
  restarts: [{ agents: 20_000, times: 1, budgetMs: 2_000 }],
  massAgents: 10_000,
  askedAgents: [2_000],
  questions: 20,
  snapshots: 2,
  watchersMs: 2_000,
  pageAgents: 2_000,
  pageLoads: 2,
  pageMs: 2_000,
};

/** What the parts are told. */
export interface Bench {
  readonly effort: Effort;
  /** The program to measure instead of this project's own. */
  readonly entry: string | undefined;
  /** Where etcd is, when it is to be measured. */
  readonly etcd: string | undefined;
  /** One line on what is being done. */
  say(line: string): void;
}
