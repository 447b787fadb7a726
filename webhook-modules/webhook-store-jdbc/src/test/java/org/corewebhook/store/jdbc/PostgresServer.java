package org.corewebhook.store.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import org.postgresql.Driver;

/**
 * A real PostgreSQL on 127.0.0.1 for all tests of a run; {@code TEST_POSTGRES=HOST:PORT/DATABASE?user=…&password=…}
 * names one that runs already.
 */
final class PostgresServer {

    static final String PASSWORD = "only-for-tests";

    private static final String INSTALL = "apt-get install -y postgresql";
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final AtomicInteger schemas = new AtomicInteger();
    private static PostgresServer shared;

    private final String hostAndPort;
    private final String databaseAndLogin;

    private PostgresServer(String hostAndPort, String databaseAndLogin) {
        this.hostAndPort = hostAndPort;
        this.databaseAndLogin = databaseAndLogin;
    }

    static synchronized PostgresServer shared() {
        if (shared == null) {
            String address = TestPrograms.addressFrom("TEST_POSTGRES");
            int slash = address == null ? -1 : address.indexOf('/');
            shared = address == null
                    ? start()
                    : new PostgresServer(address.substring(0, slash), address.substring(slash + 1));
        }
        return shared;
    }

    /** Returns the name of a schema that no test has used. */
    static String newSchema() {
        return "test_" + ProcessHandle.current().pid() + "_" + System.currentTimeMillis() + "_"
                + schemas.incrementAndGet();
    }

    /** Returns the location of the store in this schema. */
    String location(String schema) {
        return location(schema, hostAndPort);
    }

    /** Returns the location of the store in this schema, seen through something between us and the server. */
    String location(String schema, String throughHostAndPort) {
        return "jdbc:postgresql://" + throughHostAndPort + "/" + databaseAndLogin + "&currentSchema=" + schema;
    }

    int port() {
        return Integer.parseInt(hostAndPort.substring(hostAndPort.lastIndexOf(':') + 1));
    }

    String host() {
        return hostAndPort.substring(0, hostAndPort.lastIndexOf(':'));
    }

    /** Changes something in this schema behind the store's back. */
    void run(String schema, String sql) throws SQLException {
        try (Connection connection = connect(schema);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    Connection connect(String schema) throws SQLException {
        return new Driver().connect(location(schema), new Properties());
    }

    /** The server refuses to run as root: then it gets the user that its package has made. */
    private static PostgresServer start() {
        try {
            Path folder = Files.createTempDirectory("postgres-test");
            Path data = folder.resolve("data");
            Path password = Files.writeString(folder.resolve("password"), PASSWORD);
            List<String> asOther = List.of();
            if ("root".equals(System.getProperty("user.name"))) {
                asOther = List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
                TestPrograms.run(folder, "chown", "-R", "postgres", folder.toString());
            }
            List<String> initialise = concat(
                    asOther,
                    List.of(
                            program("initdb"),
                            "--pgdata=" + data,
                            "--username=corewebhook",
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-sync"));
            TestPrograms.run(folder, initialise.toArray(new String[0]));
            int port = TestPrograms.freePort();
            List<String> command = concat(
                    asOther,
                    List.of(
                            program("postgres"),
                            "-D",
                            data.toString(),
                            "-p",
                            "" + port,
                            "-c",
                            "listen_addresses=127.0.0.1",
                            "-c",
                            "unix_socket_directories=",
                            "-c",
                            "max_connections=200",
                            "-c",
                            "fsync=off"));
            PostgresServer server =
                    new PostgresServer("127.0.0.1:" + port, "postgres?user=corewebhook&password=" + PASSWORD);
            ServerProcess process =
                    ServerProcess.start("postgres", command, Map.of("LC_ALL", "C"), folder, server::answers);
            Runtime.getRuntime().addShutdownHook(new Thread(process::close, "stop-postgres"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() throws SQLException {
        try (Connection connection = connect("public")) {
            return connection.isValid(5);
        }
    }

    private static List<String> concat(List<String> first, List<String> second) {
        List<String> both = new ArrayList<>(first);
        both.addAll(second);
        return both;
    }

    /** Debian keeps the server's programs off the PATH, in a folder per version. */
    private static String program(String name) throws IOException {
        List<Path> places = List.of();
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                places = versions.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin").resolve(name))
                        .toList();
            }
        }
        return TestPrograms.find(name, INSTALL, places.toArray(new Path[0])).toString();
    }
}
