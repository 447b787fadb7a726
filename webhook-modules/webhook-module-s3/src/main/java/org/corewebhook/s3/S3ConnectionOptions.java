package org.corewebhook.s3;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.corewebhook.Secret;
import org.corewebhook.address.AddressGuard;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one connection.
 *
 * @param credentials null for the default chain of the AWS SDK (environment, profile, container, instance)
 * @param endpoint where a compatible store answers, or null for AWS
 * @param pathStyle whether the bucket stands in the path and not in the host name
 * @param timeout longest time of one delivery, whatever it takes
 */
record S3ConnectionOptions(
        @Nullable Credentials credentials,
        String region,
        @Nullable URI endpoint,
        boolean pathStyle,
        Duration timeout) {

    static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(100);

    /** The region becomes part of a host name. */
    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Pattern LITERAL_ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

    /** What requests are signed with. */
    record Credentials(
            Secret accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken) {}

    static S3ConnectionOptions read(Settings settings) {
        Credentials credentials = readCredentials(settings);
        String region = settings.string("region", "us-east-1");
        if (!REGION.matcher(region).matches()) {
            settings.problem("region", "Must be the name of a region such as eu-central-1");
        }
        URI endpoint = settings.has("endpoint") ? readEndpoint(settings) : null;
        boolean pathStyle = settings.flag("path_style", settings.has("endpoint"));
        Duration timeout = settings.duration("timeout", DEFAULT_TIMEOUT, MIN_TIMEOUT, MAX_TIMEOUT);
        return new S3ConnectionOptions(credentials, region, endpoint, pathStyle, timeout);
    }

    private static @Nullable Credentials readCredentials(Settings settings) {
        Secret id = settings.secret("aws_access_key_id");
        Secret secret = settings.secret("aws_secret_access_key");
        Secret token = settings.secret("aws_session_token");
        if (id == null && (secret != null || token != null)) {
            settings.problem("aws_access_key_id", "Is missing: give both keys, or none for the default AWS chain");
        }
        if (secret == null && (id != null || token != null)) {
            settings.problem("aws_secret_access_key", "Is missing: give both keys, or none for the default AWS chain");
        }
        return id == null || secret == null ? null : new Credentials(id, secret, token);
    }

    private static URI readEndpoint(Settings settings) {
        URI endpoint = settings.requireUri("endpoint", "http", "https");
        if (endpoint.getHost() == null) {
            return endpoint;
        }
        if (endpoint.getRawUserInfo() != null) {
            settings.problem("endpoint", "Must not hold a user or password: set aws_access_key_id");
        }
        if (endpoint.getRawQuery() != null || endpoint.getRawFragment() != null) {
            settings.problem("endpoint", "Must not hold ? or #");
        }
        if (endpoint.getPort() == 0 || endpoint.getPort() > 65_535) {
            settings.problem("endpoint", "Must have a port from 1 to 65535");
        }
        String refusal = refusalOfLiteral(endpoint.getHost());
        if (refusal != null) {
            settings.problem("endpoint", refusal);
        }
        return endpoint;
    }

    /** Judges an address that stands in the URL; a name is judged by what it resolves to, when we connect. */
    private static @Nullable String refusalOfLiteral(String host) {
        if (!LITERAL_ADDRESS.matcher(host).matches()) {
            return null;
        }
        try {
            String refusal = AddressGuard.operatorUrls().refusal(InetAddress.getByName(host));
            return refusal == null ? null : "Must not be connected to: " + refusal;
        } catch (UnknownHostException e) {
            return "Must have an address that exists";
        }
    }

    /** Names the place only: an endpoint may hold a token in its path. */
    @Override
    public String toString() {
        return endpoint == null ? "S3 in " + region : "S3 at " + endpoint.getHost();
    }
}
