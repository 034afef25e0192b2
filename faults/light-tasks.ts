/**
 * The tasks of a light agent: some start, some advance, some end.
 */
import { TaskState } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";

const AT_ONCE = 3;
/** The share of beats with which a task starts; and, of those that run, that end. */
const START_SHARE = 0.2;
const END_SHARE = 0.2;

let started = 0;

export class LightTasks {
  #running: string[] = [];

  /** The process has ended, and its tasks with it. */
  forget(): void {
    this.#running = [];
  }

  /** What to tell with the next beat; with the first of a stream, all that runs. */
  news(first: boolean): { taskId: string; state: TaskState }[] {
    const news: { taskId: string; state: TaskState }[] = [];
    this.#running = this.#running.filter((taskId) => {
      if (first || Math.random() >= END_SHARE) return true;
      news.push({ taskId, state: TaskState.SUCCEEDED });
      return false;
    });
    if (this.#running.length < AT_ONCE && Math.random() < START_SHARE) {
      this.#running.push(`task-${++started}`);
    }
    for (const taskId of this.#running) news.push({ taskId, state: TaskState.RUNNING });
    return news;
  }
}
