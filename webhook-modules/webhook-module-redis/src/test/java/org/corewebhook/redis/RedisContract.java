package org.corewebhook.redis;

import java.util.Map;
import java.util.UUID;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.OutputModuleContract;

/** What the contracts of all outputs over a connection share: a key of their own in the server of all tests. */
abstract class RedisContract extends OutputModuleContract {

    final RedisServer server = RedisServer.shared();
    final String key = "test-" + UUID.randomUUID();

    @Override
    protected SharedConnection connection() {
        return server.connection();
    }

    @Override
    protected SharedConnection unreachableConnection() {
        return RedisServer.connectionWith(
                Map.of("host", "127.0.0.1", "port", 1, "user", "receiver", "password", SECRET, "timeout", "2s"));
    }
}
