import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.BlockingClientCall;
import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.BeatResponse;
import io.heartbeat.v1.Goodbye;
import io.heartbeat.v1.HeartbeatServiceGrpc;
import java.util.Optional;

/**
 * The generated stubs alone: a stream, beats, a Goodbye. All that an agent does beyond is missing.
 */
public final class Raw {
  public static void main(String[] args) throws Exception {
    String server =
        Optional.ofNullable(System.getenv("HEARTBEAT_SERVER")).orElse("127.0.0.1:50051");
    ManagedChannel channel =
        Grpc.newChannelBuilder(server, InsecureChannelCredentials.create()).build();
    BlockingClientCall<BeatRequest, BeatResponse> call =
        HeartbeatServiceGrpc.newBlockingV2Stub(channel).beat();
    call.write(BeatRequest.newBuilder().setAgentId("raw-java").build());
    System.out.println("connected, epoch " + call.read().getWelcome().getEpoch());
    for (int beat = 0; beat < 5; beat++) {
      Thread.sleep(200);
      call.write(BeatRequest.getDefaultInstance());
      call.read();
    }
    Goodbye goodbye = Goodbye.newBuilder().setReason("that was all").build();
    call.write(BeatRequest.newBuilder().setGoodbye(goodbye).build());
    call.read();
    channel.shutdown();
  }
}
