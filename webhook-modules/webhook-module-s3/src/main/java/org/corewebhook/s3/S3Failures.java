package org.corewebhook.s3;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.corewebhook.spi.DeliveryException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/**
 * Tells what may pass from what is refused for good.
 *
 * <p>What an operator can mend without touching the event (a bucket, a key, a right, the region) may pass. Codes:
 * "Error responses" in the Amazon S3 API Reference.
 */
final class S3Failures {

    /** Refusals with status 400 or the like that are not about the event. */
    private static final Set<String> MAY_PASS = Set.of(
            "AuthorizationHeaderMalformed",
            "BadDigest",
            "ConditionalRequestConflict",
            "ExpiredToken",
            "IncompleteBody",
            "InvalidBucketName",
            "InvalidToken",
            "OperationAborted",
            "RequestTimeout",
            "SlowDown",
            "TokenRefreshRequired",
            "XAmzContentSHA256Mismatch");

    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9.]{1,80}");

    private S3Failures() {}

    static DeliveryException of(String bucket, RuntimeException cause, Duration timeout) {
        String target = "s3://" + bucket;
        if (cause instanceof AwsServiceException refusal) {
            return refused(target, refusal);
        }
        if (cause instanceof ApiCallTimeoutException) {
            return DeliveryException.retryable(
                    target + " has not answered within " + timeout.toMillis() + " ms", cause);
        }
        return DeliveryException.retryable(target + " did not answer", cause);
    }

    private static DeliveryException refused(String target, AwsServiceException refusal) {
        int status = refusal.statusCode();
        String code = code(refusal);
        String message = target + " answered " + status + (code.isEmpty() ? "" : " " + code) + hint(status, code);
        return mayPass(status, code)
                ? DeliveryException.retryable(message, refusal)
                : DeliveryException.permanent(message, refusal);
    }

    private static boolean mayPass(int status, String code) {
        if (MAY_PASS.contains(code) || code.startsWith("KMS.")) {
            return true;
        }
        return switch (status) {
            case 401, 403, 404, 408, 409, 412, 425, 429 -> true;
            default -> status < 400 || status >= 500;
        };
    }

    private static String hint(int status, String code) {
        if (code.equals("AuthorizationHeaderMalformed") || (status >= 300 && status < 400)) {
            return ": check region and endpoint of the connection";
        }
        return switch (status) {
            case 401, 403 -> ": check the keys of the connection and their rights";
            case 404 -> ": check bucket and endpoint";
            default -> "";
        };
    }

    private static String code(AwsServiceException refusal) {
        @Nullable AwsErrorDetails details = refusal.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code != null && CODE.matcher(code).matches() ? code : "";
    }
}
