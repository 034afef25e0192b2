package io.heartbeat.agent;

import io.heartbeat.v1.ClientInfo;
import io.heartbeat.v1.Registration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** What every stream begins with. */
final class Registrations {
  private Registrations() {}

  static Registration of(AgentSettings settings, List<MailIn.Subscription> subscriptions) {
    Registration.Builder registration =
        Registration.newBuilder()
            .setOrganizationId(settings.organizationId())
            .setAgentType(settings.agentType())
            .setInstanceId(settings.instanceId())
            .putAllLabels(settings.labels())
            .setClient(client());
    settings.policy().ifPresent(registration::setPolicy);
    subscriptions.stream()
        .map(MailIn.Subscription::subject)
        .distinct()
        .forEach(registration::addSubscriptions);
    return registration.build();
  }

  /** What runs the agent. Shown only. */
  private static ClientInfo client() {
    return ClientInfo.newBuilder()
        .setLanguage("java")
        .setLibraryVersion(libraryVersion())
        .setHost(Checks.cut(hostName(), Limits.CLIENT_INFO_BYTES))
        .setPid((int) ProcessHandle.current().pid())
        .build();
  }

  /** Not by InetAddress, which asks a name server and may wait for it. */
  private static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException elsewhere) {
      String host = System.getenv("HOSTNAME");
      return host != null ? host : System.getenv().getOrDefault("COMPUTERNAME", "");
    }
  }

  /** As the build wrote it. */
  private static String libraryVersion() {
    Properties properties = new Properties();
    try (InputStream file = Registrations.class.getResourceAsStream("version.properties")) {
      if (file != null) properties.load(file);
    } catch (IOException unreadable) {
      // Shown only, so it may be missing.
    }
    return properties.getProperty("version", "unknown");
  }
}
