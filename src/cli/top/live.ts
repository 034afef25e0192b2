import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { ConnectError } from "@connectrpc/connect";
import type { Connection } from "../client.ts";
import type { CliContext, Terminal } from "../context.ts";
import { untilInterrupted } from "../follow.ts";
import { painter } from "../terminal.ts";
import { columnNamed, type Moment } from "./columns.ts";
import { type Details, detailLines } from "./details.ts";
import type { Feed } from "./feed.ts";
import type { Sighting } from "./fleet.ts";
import { type Frame, frame } from "./frame.ts";
import { keysOf } from "./keys.ts";
import { due } from "./refresh.ts";
import { Screen } from "./screen.ts";
import { type Action, newView, press, type View } from "./view.ts";

export interface LiveOptions {
  readonly sort: string;
  readonly intervalMs: number;
}

const PAUSE_MS = 600_000;
const EVENTS_SHOWN = 50;
const DETAILS_MS = 2_000;
/** The stop signal takes a moment to take effect; the screen must not be taken again before that. */
const STOPPED_MS = 50;

/** Until a person quits, a signal ends it, or the server refuses for good. */
export async function live(
  context: CliContext,
  terminal: Terminal,
  connection: Connection,
  feed: Feed,
  { sort, intervalMs }: LiveOptions,
): Promise<void> {
  await untilInterrupted(context, async (interrupted) => {
    const quitting = new AbortController();
    const signal = AbortSignal.any([interrupted, quitting.signal]);
    // Without a server there is nothing to show: that is told before the screen is taken.
    await feed.ask(signal);
    let failure: unknown;
    const end = (error?: unknown) => {
      failure ??= error;
      quitting.abort();
    };
    const top = new Top(context, terminal, connection, feed, newView(sort), end);
    const releaseSignals = context.onSignal(["SIGHUP", "SIGQUIT"], () => end());
    const redraw = context.clock.every(intervalMs, () => top.draw());
    try {
      top.begin();
      await feed.run(signal, () => top.wanted());
    } finally {
      redraw.cancel();
      releaseSignals();
      top.end();
    }
    if (failure !== undefined) throw failure;
  });
}

/** What is on the screen, and what the keys do with it. */
class Top {
  readonly #context: CliContext;
  readonly #connection: Connection;
  readonly #feed: Feed;
  /** With an error when it is one of ours: it is told once the terminal is given back. */
  readonly #quit: (error?: unknown) => void;
  readonly #screen: Screen;
  readonly #paint: (word: string) => string;
  #view: View;
  #last: Frame | undefined;
  #details: Details | undefined;
  #detailsAskedAt = Number.NEGATIVE_INFINITY;
  #ended = false;

  constructor(
    context: CliContext,
    terminal: Terminal,
    connection: Connection,
    feed: Feed,
    view: View,
    quit: (error?: unknown) => void,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#feed = feed;
    this.#view = view;
    this.#quit = quit;
    this.#paint = painter(context);
    const onText = (text: string) => this.#pressed(text);
    this.#screen = new Screen(terminal, { onText, onEnd: () => quit() }, () => this.draw());
  }

  begin(): void {
    this.#screen.enter();
    this.draw();
  }

  end(): void {
    this.#ended = true;
    this.#screen.leave();
  }

  draw(): void {
    try {
      if (this.#screen.isReady) this.#drawFrame();
    } catch (error) {
      this.#quit(error);
    }
  }

  #drawFrame(): void {
    const { columns: width, rows: height } = this.#screen.size;
    const { mono } = this.#context.clock.now();
    this.#renewDetails(mono);
    const details = this.#details && detailLines(this.#context, this.#details, width, this.#paint);
    this.#last = frame({
      ...sceneOf(this.#context, this.#feed),
      view: this.#view,
      details,
      width,
      height,
      paint: this.#paint,
      emphasize: (line) => `\u001b[7m${line}\u001b[27m`,
    });
    this.#view = this.#last.view;
    this.#screen.draw(this.#last.lines);
  }

  /** Whom the feed is to ask about. */
  wanted(): Sighting[] {
    const { sightings } = this.#feed;
    const others = columnNamed(this.#view.sort).byBeats ? sightings.values() : [];
    // As they are known now: the frame may be older.
    const visible = (this.#last?.visible ?? []).flatMap(({ key }) => sightings.get(key) ?? []);
    return due(visible, others, this.#context.clock.now().mono);
  }

  #pressed(text: string): void {
    for (const key of keysOf(text)) {
      const page = { rows: this.#last?.rows ?? [], height: this.#last?.pageHeight ?? 1 };
      const { view, action } = press(this.#view, key, page);
      this.#view = view;
      if (action !== undefined) this.#do(action);
    }
    this.draw();
  }

  #do(action: Action): void {
    switch (action.kind) {
      case "quit":
        return this.#quit();
      case "suspend":
        return this.#suspend();
      case "open":
        this.#details = { agent: action.seen.agent, events: undefined, problem: "" };
        this.#detailsAskedAt = Number.NEGATIVE_INFINITY;
        return;
      case "pause":
      case "resume":
        void this.#command(action.kind, action.seen);
    }
  }

  /** As Ctrl-Z does elsewhere: gives the terminal back, and takes it again once the process goes on. */
  #suspend(): void {
    this.#screen.leave();
    this.#context.die("SIGTSTP");
    this.#context.clock.after(STOPPED_MS, () => {
      if (!this.#ended) this.begin();
    });
  }

  async #command(kind: "pause" | "resume", { agent }: Sighting): Promise<void> {
    const { control, unary } = this.#connection;
    const { organizationId, agentId } = agent;
    const about = { organizationId, agentId };
    let message = kind === "pause" ? `${agentId} is paused for 10 min` : `${agentId} is resumed`;
    try {
      if (kind === "resume") await control.resumeAgent(about, unary);
      else {
        const reason = "paused in heartbeat top";
        await control.pauseAgent({ ...about, reason, pauseFor: durationFromMs(PAUSE_MS) }, unary);
      }
    } catch (error) {
      message = `${kind} ${agentId}: ${saying(error)}`;
    }
    this.#view = { ...this.#view, message };
    this.draw();
  }

  /** Asks anew about the agent that is looked at, now and then. */
  #renewDetails(now: number): void {
    const { mode } = this.#view;
    if (mode.kind === "table") this.#details = undefined;
    if (mode.kind !== "details" || now - this.#detailsAskedAt < DETAILS_MS) return;
    this.#detailsAskedAt = now;
    void this.#askDetails(mode.seen);
  }

  async #askDetails({ key, agent: { organizationId, agentId } }: Sighting): Promise<void> {
    const { status, unary } = this.#connection;
    const about = { organizationId, agentId };
    let news: Partial<Details>;
    try {
      const recent = { ...about, newestFirst: true, pageSize: EVENTS_SHOWN };
      const [{ agent }, { events }] = await Promise.all([
        status.getAgent(about, unary),
        status.listEvents(recent, unary),
      ]);
      news = { ...(agent && { agent }), events, problem: "" };
    } catch (error) {
      news = { problem: `shown as it was: ${saying(error)}` };
    }
    const { mode } = this.#view;
    if (mode.kind !== "details" || mode.seen.key !== key || !this.#details) return;
    this.#details = { ...this.#details, ...news };
    this.draw();
  }
}

/** What of a scene comes from the server: as it is now, or as it was when it was last heard. */
export function sceneOf({ clock }: CliContext, feed: Feed) {
  const now = clock.now().mono;
  const link = feed.link(now);
  const mono = link.kind === "lost" ? link.heardAt : now;
  const { overview, sightings } = feed;
  const serverWall = mono + (overview?.serverWallOffset ?? 0);
  const moment: Moment = { mono, serverWall };
  return { overview, sightings, link, now, moment };
}

const saying = (error: unknown): string =>
  error instanceof ConnectError ? error.rawMessage : String(error);
