import type { LivenessPolicy } from "./policy.ts";

/**
 * How arrivals become a deadline.
 *
 * The monitor asks a detector two things about a silence: how many beats it amounts to, and when the
 * next one will be missed. What a detector learns it keeps by slot, in columns of its own.
 */
export interface Detector {
  /** A beat arrived `gapMs` after the one before. On the hot path: no allocation. */
  observe(slot: number, gapMs: number): void;
  /** Missed beats that a silence amounts to. Never below 0, never shrinking as the silence grows. */
  missedBeats(slot: number, silenceMs: number, policy: LivenessPolicy): number;
  /** The silence at which `missedBeats` grows beyond `missed`. */
  nextMissAt(slot: number, missed: number, policy: LivenessPolicy): number;
  /** Suspicion as a number, for display; 0 where the detector has no such notion. */
  phi(slot: number, silenceMs: number): number;
  /** The slot is another agent's now: forget what was learnt. */
  forget(slot: number): void;
}

/** The interval as declared, plus grace. Learns nothing. */
export const fixedDetector: Detector = {
  observe() {},
  missedBeats: (_slot, silenceMs, policy) =>
    Math.max(0, Math.floor((silenceMs - policy.graceMs) / policy.intervalMs)),
  nextMissAt: (_slot, missed, policy) => policy.graceMs + (missed + 1) * policy.intervalMs,
  phi: () => 0,
  forget() {},
};
