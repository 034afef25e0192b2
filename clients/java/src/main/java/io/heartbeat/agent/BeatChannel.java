package io.heartbeat.agent;

import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.BeatResponse;

/**
 * One stream to one server, on a connection of its own: what the agent needs of a transport, and
 * all that a test has to imitate. It is used on the agent's thread only, and speaks there.
 */
interface BeatChannel {
  /** False while the message before has not been written: then nothing may be sent. */
  boolean isWritable();

  /** Takes one message. Only while writable. */
  void send(BeatRequest beat);

  /** No more messages from this side; the server ends the stream. */
  void finish();

  /** Gives the connection up at once. Nothing is told to the listener from then on. */
  void abandon();

  /** Opens channels. What goes wrong is an end; nothing is told before it has returned. */
  interface Opener {
    BeatChannel open(Listener listener);
  }

  /** Who hears of a channel. */
  interface Listener {
    /** The server answered. */
    void onAnswer(BeatResponse answer);

    /** A message has been written, so another one may be sent. */
    void onWritable();

    /** The stream has ended; once, and the last call. */
    void onEnd(StreamEnd end);
  }
}
