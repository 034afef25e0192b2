package io.heartbeat.agent;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.SingleThreadIoEventLoop;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.BeatResponse;
import io.heartbeat.v1.HeartbeatServiceGrpc;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A channel over gRPC.
 *
 * <p>One {@link ManagedChannel} for one stream, with an event loop of its own: when the stream is
 * over all of it goes, and nothing of an attempt that hangs (in a name server, in a token's source)
 * can hold up the next one. gRPC's own retries, idle mode and reconnect backoff never come into
 * play; the agent decides when to connect. gRPC's shared threads, which would linger for a second,
 * are not used.
 */
final class GrpcChannel implements BeatChannel {
  private static final long PING_INTERVAL_S = 20;
  private static final long PING_TIMEOUT_S = 5;

  /**
   * How long an event loop that was told to end still takes what the end of its connection brings.
   */
  private static final long QUIET_MS = 20;

  private static final long SHUTDOWN_TIMEOUT_MS = 1_000;

  private final DaemonThread thread = new DaemonThread("heartbeat-io");
  private final Listener listener;
  private final CompletableFuture<Void> released = new CompletableFuture<>();
  private final EventLoop eventLoop;
  private final ManagedChannel channel;
  private final ClientCall<BeatRequest, BeatResponse> call;
  private boolean sentAny = false;
  private boolean abandoned = false;

  /** Connects to where the settings say. Everything is told on {@code loop}. */
  GrpcChannel(AgentSettings settings, Executor loop, Listener listener) {
    this.listener = listener;
    Target target = settings.target();
    // A single loop rather than a group of one: the end of a group wakes a thread of Netty's that
    // then stays for a second, and is no daemon.
    ThreadFactory releasing = task -> thread.newThread(() -> runAndRelease(task));
    eventLoop = new SingleThreadIoEventLoop(null, releasing, NioIoHandler.newFactory());
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(target.host(), target.port())
            .eventLoopGroup(eventLoop)
            .channelType(NioSocketChannel.class)
            .executor(loop)
            .offloadExecutor(eventLoop)
            .keepAliveTime(PING_INTERVAL_S, TimeUnit.SECONDS)
            .keepAliveTimeout(PING_TIMEOUT_S, TimeUnit.SECONDS)
            .disableRetry()
            .disableServiceConfigLookUp();
    target.tls().ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    channel = builder.build();
    // With a threshold of one byte a message that is not on the wire makes the call unready.
    CallOptions options = CallOptions.DEFAULT.withOnReadyThreshold(1);
    if (settings.token().isPresent()) {
      options = options.withCallCredentials(new BearerToken(settings.token().get(), eventLoop));
    }
    call = channel.newCall(HeartbeatServiceGrpc.getBeatMethod(), options);
    call.start(new Answers(), new Metadata());
    call.request(1);
  }

  /** Completes when the connection's thread ends, and with it the last of this channel. */
  CompletableFuture<Void> released() {
    return released;
  }

  /** Waits until that thread is gone. */
  void awaitEnd(long ms) throws InterruptedException {
    thread.awaitEnd(ms);
  }

  /** The first message waits for the connection; each after it for the one before. */
  @Override
  public boolean isWritable() {
    return !sentAny || call.isReady();
  }

  @Override
  public void send(BeatRequest beat) {
    sentAny = true;
    call.sendMessage(beat);
  }

  @Override
  public void finish() {
    call.halfClose();
  }

  @Override
  public void abandon() {
    if (abandoned) return;
    abandoned = true;
    channel.shutdownNow();
    eventLoop.shutdownGracefully(QUIET_MS, SHUTDOWN_TIMEOUT_MS, TimeUnit.MILLISECONDS);
  }

  private void runAndRelease(Runnable task) {
    try {
      task.run();
    } finally {
      released.complete(null);
    }
  }

  private final class Answers extends ClientCall.Listener<BeatResponse> {
    @Override
    public void onMessage(BeatResponse answer) {
      if (abandoned) return;
      call.request(1);
      listener.onAnswer(answer);
    }

    @Override
    public void onReady() {
      if (!abandoned && call.isReady()) listener.onWritable();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!abandoned) listener.onEnd(StreamEnd.of(status, trailers));
    }
  }
}
