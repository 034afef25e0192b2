package io.heartbeat.agent;

import com.google.protobuf.ByteString;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.BeatResponse;
import io.heartbeat.v1.HeartbeatServiceGrpc;
import io.heartbeat.v1.Message;
import io.heartbeat.v1.Welcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a real socket that welcomes everybody and acknowledges everything. */
final class FakeServer extends HeartbeatServiceGrpc.HeartbeatServiceImplBase
    implements AutoCloseable {
  final BlockingQueue<BeatRequest> beats = new LinkedBlockingQueue<>();
  final AtomicInteger connections = new AtomicInteger();

  /** What is sent on tasks.retry along with the Welcome; null for nothing. */
  volatile String offer;

  private final Server server;

  FakeServer() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .addTransportFilter(new Counter())
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public StreamObserver<BeatRequest> beat(StreamObserver<BeatResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(BeatRequest beat) {
        beats.add(beat);
        var answer = BeatResponse.newBuilder().setAckedSequence(beat.getSequence());
        if (beat.hasRegistration()) answer.setWelcome(Welcome.newBuilder().setEpoch(1));
        if (beat.hasRegistration() && offer != null) answer.addMessages(offered());
        answers.onNext(answer.build());
      }

      @Override
      public void onError(Throwable dropped) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  private Message offered() {
    ByteString data = ByteString.copyFromUtf8(offer);
    return Message.newBuilder().setSubject(Retries.SUBJECT).setData(data).build();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Counter extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      connections.decrementAndGet();
    }
  }
}
