package org.corewebhook.s3;

import java.util.regex.Pattern;
import org.corewebhook.configuration.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one output.
 *
 * @param contentType of every object, or null for the one that the sender gave
 * @param ifNoneMatch whether an object is only written if its name is free
 * @param batch how many events go into one object, or null for one object each
 */
record S3OutputOptions(
        String bucket,
        ObjectKeys keys,
        boolean includeHeaders,
        @Nullable String contentType,
        boolean ifNoneMatch,
        @Nullable String serverSideEncryption,
        @Nullable String kmsKeyId,
        @Nullable String storageClass,
        @Nullable Batch batch) {

    private static final Pattern BUCKET =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,254}|arn:[A-Za-z0-9:/._-]{1,512}");
    private static final Pattern STORAGE_CLASS = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e][\\x20-\\x7e]{0,254}");

    /**
     * When a batch is full.
     *
     * @param maxBytes of bodies before compression; one larger event makes a batch of its own
     */
    record Batch(int maxEvents, long maxBytes) {}

    static S3OutputOptions read(Settings settings) {
        String bucket = settings.requireString("bucket");
        if (!bucket.isBlank() && !BUCKET.matcher(bucket).matches()) {
            settings.problem("bucket", "Must be the name of a bucket, or the ARN of an access point");
        }
        boolean ifNoneMatch = settings.flag("if_none_match", true);
        Batch batch = settings.has("batch") ? readBatch(settings) : null;
        ObjectKeys keys = ObjectKeys.read(settings, ifNoneMatch);
        boolean includeHeaders = settings.flag("include_headers", false);
        String contentType = printable(settings, "content_type");
        String encryption = settings.has("server_side_encryption")
                ? settings.oneOf("server_side_encryption", "AES256", "AES256", "aws:kms")
                : null;
        String kmsKeyId = printable(settings, "kms_key_id");
        if (kmsKeyId != null && !"aws:kms".equals(encryption)) {
            settings.problem("kms_key_id", "Needs server_side_encryption to be aws:kms");
        }
        String storageClass = settings.string("storage_class");
        if (storageClass != null && !STORAGE_CLASS.matcher(storageClass).matches()) {
            settings.problem("storage_class", "Must be the name of a storage class such as STANDARD_IA");
        }
        return new S3OutputOptions(
                bucket, keys, includeHeaders, contentType, ifNoneMatch, encryption, kmsKeyId, storageClass, batch);
    }

    private static Batch readBatch(Settings settings) {
        if (settings.has("filename_pattern")) {
            settings.warning("filename_pattern", "Is not used with batch: batches have names of their own");
        }
        Settings batch = settings.object("batch");
        int maxEvents = batch.count("max_events", 500, 1, 10_000);
        // The receiver forms batches of little more than 4 MiB.
        long maxBytes = batch.size("max_bytes", 4L << 20, 1024, 64L << 20);
        return new Batch(maxEvents, maxBytes);
    }

    private static @Nullable String printable(Settings settings, String key) {
        String text = settings.string(key);
        if (text != null && !PRINTABLE.matcher(text).matches()) {
            settings.problem(key, "Must be 1 to 255 printable ASCII characters");
        }
        return text;
    }

    @Override
    public String toString() {
        return "s3://" + bucket;
    }
}
