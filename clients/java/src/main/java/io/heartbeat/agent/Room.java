package io.heartbeat.agent;

import com.google.protobuf.MessageLite;

/** What is left of the bytes of a beat. */
final class Room {
  /** The tag and the length in front of a part. */
  private static final int HEAD_BYTES = 4;

  private int left;

  Room(int bytes) {
    left = bytes;
  }

  /** Takes the room for a part; false, and takes none, when it does not fit. */
  boolean take(MessageLite part) {
    int bytes = part.getSerializedSize() + HEAD_BYTES;
    if (bytes > left) return false;
    left -= bytes;
    return true;
  }
}
