package org.corewebhook.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.SharedConnection;
import org.corewebhook.testkit.server.ServerProcess;
import org.corewebhook.testkit.server.TestPrograms;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * S3Proxy as a process of its own, and a plain client to look into it.
 *
 * <p>{@code TEST_S3=host:port}, with {@code TEST_S3_ACCESS_KEY} and {@code TEST_S3_SECRET_KEY}, names a store to use
 * instead where it need not be taken away.
 */
final class S3Server implements AutoCloseable {

    static final String KEY = "test-key";
    static final String SECRET_KEY = "test-secret";

    private static final AtomicInteger BUCKETS = new AtomicInteger();

    private final URI endpoint;
    private final String accessKey;
    private final String secretKey;
    private final ServerProcess process;
    private final Path objects;
    private final S3Client client;

    private S3Server(URI endpoint, String accessKey, String secretKey, ServerProcess process, Path objects) {
        this.endpoint = endpoint;
        this.accessKey = accessKey;
        this.secretKey = secretKey;
        this.process = process;
        this.objects = objects;
        this.client = S3Client.builder()
                .endpointOverride(endpoint)
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .httpClientBuilder(Apache5HttpClient.builder().maxConnections(64))
                .build();
    }

    /** The one that tests share; it keeps everything in memory and ends with the JVM. */
    static S3Server shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final S3Server SERVER = sharedServer();
    }

    private static S3Server sharedServer() {
        String address = TestPrograms.addressFrom("TEST_S3");
        return address == null
                ? start("transient-nio2")
                : new S3Server(
                        URI.create("http://" + address),
                        System.getenv("TEST_S3_ACCESS_KEY"),
                        System.getenv("TEST_S3_SECRET_KEY"),
                        null,
                        null);
    }

    /** Starts one that keeps its objects in files, so that they outlive it. */
    static S3Server startWithFiles() {
        return start("filesystem-nio2");
    }

    private static S3Server start(String storage) {
        Path jar = Path.of("target", "s3proxy.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing, get it with: mvn process-test-classes");
        }
        int port = TestPrograms.freePort();
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        try {
            Path folder = Files.createTempDirectory("s3proxy");
            Files.createDirectory(folder.resolve("objects"));
            Files.writeString(folder.resolve("s3proxy.conf"), properties(endpoint, storage, folder));
            List<String> command = List.of(
                    TestPrograms.java().toString(),
                    "-Xmx256m",
                    "-jar",
                    jar.toString(),
                    "--properties",
                    folder.resolve("s3proxy.conf").toString());
            ServerProcess process = ServerProcess.start("s3proxy", command, Map.of(), folder, () -> answers(endpoint));
            return new S3Server(endpoint, KEY, SECRET_KEY, process, folder.resolve("objects"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String properties(URI endpoint, String storage, Path folder) {
        return String.join(
                "\n",
                "s3proxy.endpoint=" + endpoint,
                "s3proxy.authorization=aws-v2-or-v4",
                "s3proxy.identity=" + KEY,
                "s3proxy.credential=" + SECRET_KEY,
                "jclouds.provider=" + storage,
                "jclouds.identity=any",
                "jclouds.credential=any",
                "jclouds.filesystem.basedir=" + folder.resolve("objects"),
                "");
    }

    private static boolean answers(URI endpoint) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint).build();
        return HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                == 403;
    }

    ServerProcess process() {
        return process;
    }

    /** Returns the folder in which it keeps the objects of a bucket as files. */
    Path files(String bucket) {
        return objects.resolve(bucket);
    }

    URI endpoint() {
        return endpoint;
    }

    S3Client client() {
        return client;
    }

    /** Returns the name of a new bucket. */
    String newBucket() {
        String bucket = "test-" + ProcessHandle.current().pid() + "-" + BUCKETS.incrementAndGet();
        client.createBucket(request -> request.bucket(bucket));
        return bucket;
    }

    List<String> keys(String bucket) {
        return client.listObjectsV2Paginator(request -> request.bucket(bucket)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    byte[] bytes(String bucket, String key) {
        return client.getObjectAsBytes(request -> request.bucket(bucket).key(key))
                .asByteArray();
    }

    /** Returns the settings of a connection to it, with time for a busy machine. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("type", "s3");
        settings.put("endpoint", endpoint.toString());
        settings.put("aws_access_key_id", accessKey);
        settings.put("aws_secret_access_key", secretKey);
        settings.put("timeout", "1m");
        return settings;
    }

    SharedConnection connection() {
        return connection(settings());
    }

    static SharedConnection connection(Map<String, ?> settings) {
        return new SharedConnection("objects", "s3", new S3ConnectionProvider().prepare(Settings.of(settings)));
    }

    @Override
    public void close() {
        client.close();
        process.close();
    }
}
