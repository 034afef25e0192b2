import {
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";

/** Messages of one call that are sent in one go, each as it goes over the wire. */
export type Run = readonly Buffer[];

/**
 * Lets calls of a method write runs. The library takes one message after the other, each once the one before is
 * in the socket; a run it is given at once, and it leaves in one piece.
 */
export function inRuns(methodPath: string): ServerInterceptor {
  return ({ path }, call) =>
    path === methodPath ? new CallInRuns(call) : (call as ServerInterceptingCall);
}

class CallInRuns extends ServerInterceptingCall {
  readonly #call: ServerInterceptingCallInterface;

  constructor(call: ServerInterceptingCallInterface) {
    super(call);
    this.#call = call;
  }

  override sendMessage(run: Run, onSent: () => void): void {
    const last = run.length - 1;
    run.forEach((message, place) => {
      this.#call.sendMessage(message, place === last ? onSent : nobodyWaits);
    });
  }
}

function nobodyWaits(): void {}
