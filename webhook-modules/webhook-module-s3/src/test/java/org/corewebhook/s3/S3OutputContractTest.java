package org.corewebhook.s3;

import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.corewebhook.testkit.server.TestPrograms;
import org.junit.jupiter.api.BeforeEach;

class S3OutputContractTest extends OutputModuleContract {

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
        return Map.of("bucket", bucket);
    }

    @Override
    protected List<byte[]> received() {
        return server.keys(bucket).stream()
                .map(key -> server.bytes(bucket, key))
                .toList();
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return Map.of("bucket", bucket);
    }

    @Override
    protected SharedConnection unreachableConnection() {
        return S3Server.connection(Map.of(
                "endpoint",
                "http://127.0.0.1:" + TestPrograms.freePort() + "/" + SECRET,
                "aws_access_key_id",
                SECRET,
                "aws_secret_access_key",
                SECRET,
                "aws_session_token",
                SECRET,
                "timeout",
                "2s"));
    }

    @Override
    protected Refusal refusal() {
        return Refusal.by(Map.of("bucket", bucket, "storage_class", "NO_SUCH_CLASS"), server.connection());
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.of(
                "bucket",
                SECRET + "/a b",
                "prefix",
                SECRET + "\n",
                "filename_pattern",
                "/" + SECRET,
                "include_headers",
                SECRET,
                "content_type",
                SECRET + "\n",
                "if_none_match",
                SECRET,
                "server_side_encryption",
                SECRET,
                "kms_key_id",
                SECRET,
                "storage_class",
                SECRET,
                "batch",
                Map.of("max_events", 0, "max_bytes", SECRET));
    }

    @Override
    protected int expectedProblems() {
        return 11;
    }

    @Override
    protected boolean belongsToTheTest(Thread thread) {
        return false;
    }
}
