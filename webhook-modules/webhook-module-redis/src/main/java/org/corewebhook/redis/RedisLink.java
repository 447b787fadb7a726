package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.corewebhook.Secret;
import org.corewebhook.address.AddressGuard;
import org.corewebhook.redis.RedisOptions.Login;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** One open connection to the server; used by one thread at a time. */
final class RedisLink implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);

    private final Connection connection;
    private final Socket socket;
    private long lastUsedNanos = System.nanoTime();

    private RedisLink(Connection connection, Socket socket) {
        this.connection = connection;
        this.socket = socket;
    }

    /** Connects to the server, or to the one that a sentinel names as the master. */
    static RedisLink open(RedisOptions options, Deadline deadline) throws DeliveryException {
        String master = options.master();
        if (master == null) {
            return connect(options, options.servers().get(0), options.login(), options.database(), deadline);
        }
        HostAndPort address = masterAddress(options, master, deadline);
        RedisLink link = connect(options, address, options.login(), options.database(), deadline);
        if (!link.isMaster()) {
            link.close();
            throw DeliveryException.retryable(options.target() + ": " + address + " is not the master any more", null);
        }
        return link;
    }

    /** Asks one sentinel after the other, as their clients should (Redis documentation, "Sentinel client spec"). */
    private static HostAndPort masterAddress(RedisOptions options, String master, Deadline deadline)
            throws DeliveryException {
        JedisException last = null;
        for (HostAndPort sentinel : options.servers()) {
            try (RedisLink link = connect(options, sentinel, options.sentinelLogin(), 0, deadline)) {
                Object reply = link.ask(new CommandArguments(Command.SENTINEL)
                        .add("GET-MASTER-ADDR-BY-NAME")
                        .add(master));
                if (reply instanceof List<?> address && address.size() == 2) {
                    return new HostAndPort(text(address.get(0)), Integer.parseInt(text(address.get(1))));
                }
                log.debug("The sentinel {} does not know {}", sentinel, master);
            } catch (JedisException e) {
                log.debug("The sentinel {} does not answer", sentinel, e);
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
        throw DeliveryException.retryable("None of the sentinels knows " + master, null);
    }

    private static RedisLink connect(
            RedisOptions options, HostAndPort address, Login login, int database, Deadline deadline) {
        Secret password = login.password();
        DefaultJedisClientConfig config = DefaultJedisClientConfig.builder()
                .resp2()
                .user(login.user())
                .password(password == null ? null : password.reveal())
                .database(database)
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
                .build();
        Sockets sockets = new Sockets(address, options.ssl(), deadline);
        Connection connection = new Connection(sockets, config);
        return new RedisLink(connection, sockets.raw);
    }

    void guardedBy(Deadline deadline) {
        deadline.guard(socket);
    }

    /** Puts a command in line; it is sent when the buffer is full or a reply is wanted. */
    void write(CommandArguments command) {
        connection.sendCommand(command);
    }

    /** Returns the next reply; an error of the server is a {@code JedisDataException}. */
    Object read() {
        lastUsedNanos = System.nanoTime();
        return connection.getOne();
    }

    long idleNanos() {
        return System.nanoTime() - lastUsedNanos;
    }

    boolean answers() {
        try {
            ask(new CommandArguments(Command.PING));
            return true;
        } catch (JedisException e) {
            log.debug("An idle connection was closed by the server", e);
            return false;
        }
    }

    private boolean isMaster() {
        return ask(new CommandArguments(Command.ROLE)) instanceof List<?> role
                && !role.isEmpty()
                && text(role.get(0)).equals("master");
    }

    private Object ask(CommandArguments command) {
        write(command);
        return read();
    }

    private static String text(@Nullable Object reply) {
        return reply instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(reply);
    }

    @Override
    public void close() {
        try {
            // Never connection.close(): it would first send what is in the buffer, and that may block.
            socket.close();
        } catch (IOException e) {
            log.debug("A connection did not close cleanly", e);
        }
    }

    /** Makes the socket of one link; every address is judged before it is used. */
    private static final class Sockets implements JedisSocketFactory {

        private final HostAndPort address;
        private final boolean ssl;
        private final Deadline deadline;
        private Socket raw = new Socket();
        private boolean used;

        Sockets(HostAndPort address, boolean ssl, Deadline deadline) {
            this.address = address;
            this.ssl = ssl;
            this.deadline = deadline;
        }

        /** The client would open a closed connection again, without login, database and deadline: never twice. */
        @Override
        public Socket createSocket() {
            if (used) {
                throw new JedisConnectionException("The connection was closed");
            }
            used = true;
            IOException last = null;
            try {
                for (InetAddress each : InetAddress.getAllByName(address.getHost())) {
                    String refusal = AddressGuard.operatorUrls().refusal(each);
                    if (refusal != null) {
                        throw new JedisConnectionException("Must not be connected to: " + refusal);
                    }
                    try {
                        return connect(each);
                    } catch (IOException e) {
                        raw.close();
                        last = e;
                    }
                }
            } catch (IOException e) {
                last = e;
            }
            throw new JedisConnectionException("Cannot be reached", last);
        }

        private Socket connect(InetAddress to) throws IOException {
            raw = new Socket();
            deadline.guard(raw);
            raw.setTcpNoDelay(true);
            raw.setKeepAlive(true);
            raw.connect(new InetSocketAddress(to, address.getPort()), deadline.remainingMillis());
            return ssl ? encrypted() : raw;
        }

        private Socket encrypted() throws IOException {
            SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            SSLSocket socket = (SSLSocket) factory.createSocket(raw, address.getHost(), address.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        }
    }
}
