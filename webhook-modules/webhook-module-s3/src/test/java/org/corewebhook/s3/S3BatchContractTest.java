package org.corewebhook.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.BeforeEach;

class S3BatchContractTest extends OutputModuleContract {

    private final S3Server server = S3Server.shared();
    private String bucket;

    @BeforeEach
    void makeABucket() {
        bucket = server.newBucket();
    }

    @Override
    protected OutputModuleProvider provider() {
        return new S3OutputProvider();
    }

    @Override
    protected SharedConnection connection() {
        return server.connection();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return Map.of("bucket", bucket, "batch", Map.of("max_events", 50));
    }

    @Override
    protected List<byte[]> received() throws IOException {
        List<byte[]> bodies = new ArrayList<>();
        for (String key : server.keys(bucket)) {
            for (StoredEvents.Line line : StoredEvents.read(server.bytes(bucket, key))) {
                bodies.add(line.body());
            }
        }
        return bodies;
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return workingSettings();
    }

    @Override
    protected SharedConnection unreachableConnection() {
        return S3Server.connection(Map.of(
                "endpoint",
                "http://127.0.0.1:" + TestPrograms.freePort(),
                "aws_access_key_id",
                SECRET,
                "aws_secret_access_key",
                SECRET));
    }

    @Override
    protected Refusal refusal() {
        return Refusal.by(
                Map.of("bucket", bucket, "batch", Map.of(), "storage_class", "NO_SUCH_CLASS"), server.connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of("bucket", "", "batch", SECRET);
    }

    @Override
    protected int expectedProblems() {
        return 2;
    }
}
