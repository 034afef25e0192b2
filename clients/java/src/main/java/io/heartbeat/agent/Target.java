package io.heartbeat.agent;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Where the server is, and whom to trust there.
 *
 * @param tls empty for plaintext
 */
record Target(String host, int port, Optional<SslContext> tls) {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\[(?<v6>[0-9A-Fa-f:.%]+)]|(?<host>[^\\s:/\\[\\]]+)):(?<port>\\d{1,5})");

  /** Parts {@code HOST:PORT}; an IPv6 host is written in brackets. */
  static Target parse(String server, Optional<SslContext> tls) {
    Matcher address = ADDRESS.matcher(Checks.required("server", server));
    if (address.matches()) {
      int port = Integer.parseInt(address.group("port"));
      String v6 = address.group("v6");
      String host = v6 == null ? address.group("host") : v6;
      if (port >= 1 && port <= 65_535) return new Target(host, port, tls);
    }
    throw new InvalidOptionException(
        "server",
        Checks.shown(server),
        "is not an address",
        "HOST:PORT or [IPV6]:PORT, a port of 1 to 65535",
        "leave out \"http://\", and write the port: \"127.0.0.1:50051\"");
  }

  /** Trusts the authorities of a PEM file, or those that the JVM trusts. */
  static SslContext trust(Optional<Path> authorities) {
    // The JDK's TLS everywhere: no native code is unpacked, and the JVM's settings apply.
    SslContextBuilder context =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
    try {
      authorities.ifPresent(file -> context.trustManager(file.toFile()));
      return context.build();
    } catch (SSLException | IllegalArgumentException unreadable) {
      throw new InvalidOptionException(
          "tls",
          authorities.map(file -> Checks.shown(file.toString())).orElse("on"),
          "cannot be used (" + unreadable.getMessage() + ")",
          "a file of PEM certificates",
          "name one that this process may read");
    }
  }
}
