package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.InflaterInputStream;
import net.razorvine.pickle.Unpickler;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.testkit.Refusal;
import redis.clients.jedis.Jedis;

class RedisRqContractTest extends RedisContract {

    @Override
    protected OutputModuleProvider provider() {
        return new RedisRqProvider();
    }

    @Override
    protected Map<String, ?> endpointSettings() {
        return Map.of("data_type", "blob");
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("queue_name", key, "function", "tasks.handle");
    }

    @Override
    protected List<byte[]> received() throws IOException {
        List<byte[]> bodies = new ArrayList<>();
        try (Jedis jedis = server.jedis()) {
            for (String id : jedis.lrange("rq:queue:" + key, 0, -1)) {
                byte[] data = jedis.hget(("rq:job:" + id).getBytes(UTF_8), "data".getBytes(UTF_8));
                byte[] pickle = new InflaterInputStream(new ByteArrayInputStream(data)).readAllBytes();
                Object[] call = (Object[]) new Unpickler().loads(pickle);
                bodies.add((byte[]) ((Object[]) call[2])[0]);
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
        server.cli("SET", "rq:queue:" + key, SECRET);
        return Refusal.by(workingSettings(), connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("queue_name", "a b" + SECRET, "serializer", SECRET, "job_timeout", SECRET, "result_ttl", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 5; // the function is missing, too
    }
}
