package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.testkit.Refusal;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol.Command;

class RedisStreamContractTest extends RedisContract {

    @Override
    protected OutputModuleProvider provider() {
        return new RedisStreamProvider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("stream", key);
    }

    @Override
    protected List<byte[]> received() {
        return bodies(server, key);
    }

    /** An entry is its id and a list of name, value, name, value: the body is the sixth of them. */
    static List<byte[]> bodies(RedisServer server, String stream) {
        List<byte[]> bodies = new ArrayList<>();
        try (Jedis jedis = server.jedis()) {
            Object reply =
                    jedis.sendCommand(Command.XRANGE, stream.getBytes(UTF_8), "-".getBytes(UTF_8), "+".getBytes(UTF_8));
            for (Object entry : (List<?>) reply) {
                List<?> fields = (List<?>) ((List<?>) entry).get(1);
                bodies.add((byte[]) fields.get(5));
            }
        }
        return bodies;
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return workingSettings();
    }

    @Override
    protected Refusal refusal() {
        server.cli("SET", key, SECRET);
        return Refusal.by(workingSettings(), connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("max_len", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 2;
    }
}
