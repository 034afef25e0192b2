package io.heartbeat.v1;

import static io.grpc.MethodDescriptor.generateFullMethodName;

/**
 * <pre>
 * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
 * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
 * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
 * [A-Za-z0-9._:&#64;-], "default" when empty.
 * </pre>
 */
@io.grpc.stub.annotations.GrpcGenerated
public final class MessageServiceGrpc {

  private MessageServiceGrpc() {}

  public static final java.lang.String SERVICE_NAME = "heartbeat.v1.MessageService";

  // Static method descriptors that strictly reflect the proto.
  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.PublishRequest,
      io.heartbeat.v1.PublishResponse> getPublishMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Publish",
      requestType = io.heartbeat.v1.PublishRequest.class,
      responseType = io.heartbeat.v1.PublishResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.UNARY)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.PublishRequest,
      io.heartbeat.v1.PublishResponse> getPublishMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.PublishRequest, io.heartbeat.v1.PublishResponse> getPublishMethod;
    if ((getPublishMethod = MessageServiceGrpc.getPublishMethod) == null) {
      synchronized (MessageServiceGrpc.class) {
        if ((getPublishMethod = MessageServiceGrpc.getPublishMethod) == null) {
          MessageServiceGrpc.getPublishMethod = getPublishMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.PublishRequest, io.heartbeat.v1.PublishResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Publish"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.PublishRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.PublishResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MessageServiceMethodDescriptorSupplier("Publish"))
              .build();
        }
      }
    }
    return getPublishMethod;
  }

  private static volatile io.grpc.MethodDescriptor<io.heartbeat.v1.SubscribeRequest,
      io.heartbeat.v1.SubscribeResponse> getSubscribeMethod;

  @io.grpc.stub.annotations.RpcMethod(
      fullMethodName = SERVICE_NAME + '/' + "Subscribe",
      requestType = io.heartbeat.v1.SubscribeRequest.class,
      responseType = io.heartbeat.v1.SubscribeResponse.class,
      methodType = io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
  public static io.grpc.MethodDescriptor<io.heartbeat.v1.SubscribeRequest,
      io.heartbeat.v1.SubscribeResponse> getSubscribeMethod() {
    io.grpc.MethodDescriptor<io.heartbeat.v1.SubscribeRequest, io.heartbeat.v1.SubscribeResponse> getSubscribeMethod;
    if ((getSubscribeMethod = MessageServiceGrpc.getSubscribeMethod) == null) {
      synchronized (MessageServiceGrpc.class) {
        if ((getSubscribeMethod = MessageServiceGrpc.getSubscribeMethod) == null) {
          MessageServiceGrpc.getSubscribeMethod = getSubscribeMethod =
              io.grpc.MethodDescriptor.<io.heartbeat.v1.SubscribeRequest, io.heartbeat.v1.SubscribeResponse>newBuilder()
              .setType(io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING)
              .setFullMethodName(generateFullMethodName(SERVICE_NAME, "Subscribe"))
              .setSampledToLocalTracing(true)
              .setRequestMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.SubscribeRequest.getDefaultInstance()))
              .setResponseMarshaller(io.grpc.protobuf.ProtoUtils.marshaller(
                  io.heartbeat.v1.SubscribeResponse.getDefaultInstance()))
              .setSchemaDescriptor(new MessageServiceMethodDescriptorSupplier("Subscribe"))
              .build();
        }
      }
    }
    return getSubscribeMethod;
  }

  /**
   * Creates a new async stub that supports all call types for the service
   */
  public static MessageServiceStub newStub(io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MessageServiceStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MessageServiceStub>() {
        @java.lang.Override
        public MessageServiceStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MessageServiceStub(channel, callOptions);
        }
      };
    return MessageServiceStub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports all types of calls on the service
   */
  public static MessageServiceBlockingV2Stub newBlockingV2Stub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MessageServiceBlockingV2Stub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MessageServiceBlockingV2Stub>() {
        @java.lang.Override
        public MessageServiceBlockingV2Stub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MessageServiceBlockingV2Stub(channel, callOptions);
        }
      };
    return MessageServiceBlockingV2Stub.newStub(factory, channel);
  }

  /**
   * Creates a new blocking-style stub that supports unary and streaming output calls on the service
   */
  public static MessageServiceBlockingStub newBlockingStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MessageServiceBlockingStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MessageServiceBlockingStub>() {
        @java.lang.Override
        public MessageServiceBlockingStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MessageServiceBlockingStub(channel, callOptions);
        }
      };
    return MessageServiceBlockingStub.newStub(factory, channel);
  }

  /**
   * Creates a new ListenableFuture-style stub that supports unary calls on the service
   */
  public static MessageServiceFutureStub newFutureStub(
      io.grpc.Channel channel) {
    io.grpc.stub.AbstractStub.StubFactory<MessageServiceFutureStub> factory =
      new io.grpc.stub.AbstractStub.StubFactory<MessageServiceFutureStub>() {
        @java.lang.Override
        public MessageServiceFutureStub newStub(io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
          return new MessageServiceFutureStub(channel, callOptions);
        }
      };
    return MessageServiceFutureStub.newStub(factory, channel);
  }

  /**
   * <pre>
   * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
   * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
   * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
   * [A-Za-z0-9._:&#64;-], "default" when empty.
   * </pre>
   */
  public interface AsyncService {

    /**
     * <pre>
     * Hands a message to everybody who subscribes to its subject now, and says to how many.
     * Errors: INVALID_ARGUMENT (a bad field), UNAVAILABLE (the server drains).
     * </pre>
     */
    default void publish(io.heartbeat.v1.PublishRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.PublishResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getPublishMethod(), responseObserver);
    }

    /**
     * <pre>
     * Messages of some subjects as they are published, from the answer's headers on. (Over HTTP/1.1 the headers
     * come with the first message.) A receiver that does
     * not read has at most 256 messages and 1 MiB waiting for it; what comes then is left out, and counted.
     * Errors: INVALID_ARGUMENT (a bad subject), RESOURCE_EXHAUSTED (one stream too many), UNAVAILABLE (the
     * server drains: subscribe again).
     * </pre>
     */
    default void subscribe(io.heartbeat.v1.SubscribeRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.SubscribeResponse> responseObserver) {
      io.grpc.stub.ServerCalls.asyncUnimplementedUnaryCall(getSubscribeMethod(), responseObserver);
    }
  }

  /**
   * Base class for the server implementation of the service MessageService.
   * <pre>
   * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
   * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
   * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
   * [A-Za-z0-9._:&#64;-], "default" when empty.
   * </pre>
   */
  public static abstract class MessageServiceImplBase
      implements io.grpc.BindableService, AsyncService {

    @java.lang.Override public final io.grpc.ServerServiceDefinition bindService() {
      return MessageServiceGrpc.bindService(this);
    }
  }

  /**
   * A stub to allow clients to do asynchronous rpc calls to service MessageService.
   * <pre>
   * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
   * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
   * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
   * [A-Za-z0-9._:&#64;-], "default" when empty.
   * </pre>
   */
  public static final class MessageServiceStub
      extends io.grpc.stub.AbstractAsyncStub<MessageServiceStub> {
    private MessageServiceStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MessageServiceStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MessageServiceStub(channel, callOptions);
    }

    /**
     * <pre>
     * Hands a message to everybody who subscribes to its subject now, and says to how many.
     * Errors: INVALID_ARGUMENT (a bad field), UNAVAILABLE (the server drains).
     * </pre>
     */
    public void publish(io.heartbeat.v1.PublishRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.PublishResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncUnaryCall(
          getChannel().newCall(getPublishMethod(), getCallOptions()), request, responseObserver);
    }

    /**
     * <pre>
     * Messages of some subjects as they are published, from the answer's headers on. (Over HTTP/1.1 the headers
     * come with the first message.) A receiver that does
     * not read has at most 256 messages and 1 MiB waiting for it; what comes then is left out, and counted.
     * Errors: INVALID_ARGUMENT (a bad subject), RESOURCE_EXHAUSTED (one stream too many), UNAVAILABLE (the
     * server drains: subscribe again).
     * </pre>
     */
    public void subscribe(io.heartbeat.v1.SubscribeRequest request,
        io.grpc.stub.StreamObserver<io.heartbeat.v1.SubscribeResponse> responseObserver) {
      io.grpc.stub.ClientCalls.asyncServerStreamingCall(
          getChannel().newCall(getSubscribeMethod(), getCallOptions()), request, responseObserver);
    }
  }

  /**
   * A stub to allow clients to do synchronous rpc calls to service MessageService.
   * <pre>
   * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
   * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
   * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
   * [A-Za-z0-9._:&#64;-], "default" when empty.
   * </pre>
   */
  public static final class MessageServiceBlockingV2Stub
      extends io.grpc.stub.AbstractBlockingStub<MessageServiceBlockingV2Stub> {
    private MessageServiceBlockingV2Stub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MessageServiceBlockingV2Stub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MessageServiceBlockingV2Stub(channel, callOptions);
    }

    /**
     * <pre>
     * Hands a message to everybody who subscribes to its subject now, and says to how many.
     * Errors: INVALID_ARGUMENT (a bad field), UNAVAILABLE (the server drains).
     * </pre>
     */
    public io.heartbeat.v1.PublishResponse publish(io.heartbeat.v1.PublishRequest request) throws io.grpc.StatusException {
      return io.grpc.stub.ClientCalls.blockingV2UnaryCall(
          getChannel(), getPublishMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Messages of some subjects as they are published, from the answer's headers on. (Over HTTP/1.1 the headers
     * come with the first message.) A receiver that does
     * not read has at most 256 messages and 1 MiB waiting for it; what comes then is left out, and counted.
     * Errors: INVALID_ARGUMENT (a bad subject), RESOURCE_EXHAUSTED (one stream too many), UNAVAILABLE (the
     * server drains: subscribe again).
     * </pre>
     */
    @io.grpc.ExperimentalApi("https://github.com/grpc/grpc-java/issues/10918")
    public io.grpc.stub.BlockingClientCall<?, io.heartbeat.v1.SubscribeResponse>
        subscribe(io.heartbeat.v1.SubscribeRequest request) {
      return io.grpc.stub.ClientCalls.blockingV2ServerStreamingCall(
          getChannel(), getSubscribeMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do limited synchronous rpc calls to service MessageService.
   * <pre>
   * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
   * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
   * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
   * [A-Za-z0-9._:&#64;-], "default" when empty.
   * </pre>
   */
  public static final class MessageServiceBlockingStub
      extends io.grpc.stub.AbstractBlockingStub<MessageServiceBlockingStub> {
    private MessageServiceBlockingStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MessageServiceBlockingStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MessageServiceBlockingStub(channel, callOptions);
    }

    /**
     * <pre>
     * Hands a message to everybody who subscribes to its subject now, and says to how many.
     * Errors: INVALID_ARGUMENT (a bad field), UNAVAILABLE (the server drains).
     * </pre>
     */
    public io.heartbeat.v1.PublishResponse publish(io.heartbeat.v1.PublishRequest request) {
      return io.grpc.stub.ClientCalls.blockingUnaryCall(
          getChannel(), getPublishMethod(), getCallOptions(), request);
    }

    /**
     * <pre>
     * Messages of some subjects as they are published, from the answer's headers on. (Over HTTP/1.1 the headers
     * come with the first message.) A receiver that does
     * not read has at most 256 messages and 1 MiB waiting for it; what comes then is left out, and counted.
     * Errors: INVALID_ARGUMENT (a bad subject), RESOURCE_EXHAUSTED (one stream too many), UNAVAILABLE (the
     * server drains: subscribe again).
     * </pre>
     */
    public java.util.Iterator<io.heartbeat.v1.SubscribeResponse> subscribe(
        io.heartbeat.v1.SubscribeRequest request) {
      return io.grpc.stub.ClientCalls.blockingServerStreamingCall(
          getChannel(), getSubscribeMethod(), getCallOptions(), request);
    }
  }

  /**
   * A stub to allow clients to do ListenableFuture-style rpc calls to service MessageService.
   * <pre>
   * What agents say to each other, for programs that are no agents; an agent publishes and subscribes on
   * its own stream. Messages are for the moment: each is handed at most once to whoever is connected, and
   * none is kept. They stay within an organization. organization_id is 1 to 128 bytes of
   * [A-Za-z0-9._:&#64;-], "default" when empty.
   * </pre>
   */
  public static final class MessageServiceFutureStub
      extends io.grpc.stub.AbstractFutureStub<MessageServiceFutureStub> {
    private MessageServiceFutureStub(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      super(channel, callOptions);
    }

    @java.lang.Override
    protected MessageServiceFutureStub build(
        io.grpc.Channel channel, io.grpc.CallOptions callOptions) {
      return new MessageServiceFutureStub(channel, callOptions);
    }

    /**
     * <pre>
     * Hands a message to everybody who subscribes to its subject now, and says to how many.
     * Errors: INVALID_ARGUMENT (a bad field), UNAVAILABLE (the server drains).
     * </pre>
     */
    public com.google.common.util.concurrent.ListenableFuture<io.heartbeat.v1.PublishResponse> publish(
        io.heartbeat.v1.PublishRequest request) {
      return io.grpc.stub.ClientCalls.futureUnaryCall(
          getChannel().newCall(getPublishMethod(), getCallOptions()), request);
    }
  }

  private static final int METHODID_PUBLISH = 0;
  private static final int METHODID_SUBSCRIBE = 1;

  private static final class MethodHandlers<Req, Resp> implements
      io.grpc.stub.ServerCalls.UnaryMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ServerStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.ClientStreamingMethod<Req, Resp>,
      io.grpc.stub.ServerCalls.BidiStreamingMethod<Req, Resp> {
    private final AsyncService serviceImpl;
    private final int methodId;

    MethodHandlers(AsyncService serviceImpl, int methodId) {
      this.serviceImpl = serviceImpl;
      this.methodId = methodId;
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public void invoke(Req request, io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        case METHODID_PUBLISH:
          serviceImpl.publish((io.heartbeat.v1.PublishRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.PublishResponse>) responseObserver);
          break;
        case METHODID_SUBSCRIBE:
          serviceImpl.subscribe((io.heartbeat.v1.SubscribeRequest) request,
              (io.grpc.stub.StreamObserver<io.heartbeat.v1.SubscribeResponse>) responseObserver);
          break;
        default:
          throw new AssertionError();
      }
    }

    @java.lang.Override
    @java.lang.SuppressWarnings("unchecked")
    public io.grpc.stub.StreamObserver<Req> invoke(
        io.grpc.stub.StreamObserver<Resp> responseObserver) {
      switch (methodId) {
        default:
          throw new AssertionError();
      }
    }
  }

  public static final io.grpc.ServerServiceDefinition bindService(AsyncService service) {
    return io.grpc.ServerServiceDefinition.builder(getServiceDescriptor())
        .addMethod(
          getPublishMethod(),
          io.grpc.stub.ServerCalls.asyncUnaryCall(
            new MethodHandlers<
              io.heartbeat.v1.PublishRequest,
              io.heartbeat.v1.PublishResponse>(
                service, METHODID_PUBLISH)))
        .addMethod(
          getSubscribeMethod(),
          io.grpc.stub.ServerCalls.asyncServerStreamingCall(
            new MethodHandlers<
              io.heartbeat.v1.SubscribeRequest,
              io.heartbeat.v1.SubscribeResponse>(
                service, METHODID_SUBSCRIBE)))
        .build();
  }

  private static abstract class MessageServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoFileDescriptorSupplier, io.grpc.protobuf.ProtoServiceDescriptorSupplier {
    MessageServiceBaseDescriptorSupplier() {}

    @java.lang.Override
    public com.google.protobuf.Descriptors.FileDescriptor getFileDescriptor() {
      return io.heartbeat.v1.MessageServiceOuterClass.getDescriptor();
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.ServiceDescriptor getServiceDescriptor() {
      return getFileDescriptor().findServiceByName("MessageService");
    }
  }

  private static final class MessageServiceFileDescriptorSupplier
      extends MessageServiceBaseDescriptorSupplier {
    MessageServiceFileDescriptorSupplier() {}
  }

  private static final class MessageServiceMethodDescriptorSupplier
      extends MessageServiceBaseDescriptorSupplier
      implements io.grpc.protobuf.ProtoMethodDescriptorSupplier {
    private final java.lang.String methodName;

    MessageServiceMethodDescriptorSupplier(java.lang.String methodName) {
      this.methodName = methodName;
    }

    @java.lang.Override
    public com.google.protobuf.Descriptors.MethodDescriptor getMethodDescriptor() {
      return getServiceDescriptor().findMethodByName(methodName);
    }
  }

  private static volatile io.grpc.ServiceDescriptor serviceDescriptor;

  public static io.grpc.ServiceDescriptor getServiceDescriptor() {
    io.grpc.ServiceDescriptor result = serviceDescriptor;
    if (result == null) {
      synchronized (MessageServiceGrpc.class) {
        result = serviceDescriptor;
        if (result == null) {
          serviceDescriptor = result = io.grpc.ServiceDescriptor.newBuilder(SERVICE_NAME)
              .setSchemaDescriptor(new MessageServiceFileDescriptorSupplier())
              .addMethod(getPublishMethod())
              .addMethod(getSubscribeMethod())
              .build();
        }
      }
    }
    return result;
  }
}
