package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.testkit.Refusal;
import redis.clients.jedis.Jedis;

class RedisListContractTest extends RedisContract {

    @Override
    protected OutputModuleProvider provider() {
        return new RedisListProvider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("list", key);
    }

    @Override
    protected List<byte[]> received() {
        try (Jedis jedis = server.jedis()) {
            return jedis.lrange(key.getBytes(UTF_8), 0, -1);
        }
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return workingSettings();
    }

    @Override
    protected Refusal refusal() {
        server.cli("SET", key, SECRET);
        return Refusal.by(Map.of("list", key, "max_len", 10), connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("list", "a\n" + SECRET, "max_len", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 2;
    }
}
