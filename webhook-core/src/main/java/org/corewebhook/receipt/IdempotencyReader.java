package org.corewebhook.receipt;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.corewebhook.DataType;
import org.corewebhook.configuration.Settings;
import org.corewebhook.configuration.StagedValidator;
import org.corewebhook.spi.ReceiptId;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code idempotency}: {@code {"header": "X-GitHub-Delivery"}}, {@code {"pointer": "/id"}} or
 * {@code {"signature": true}}, each with a {@code window}; {@code true} and {@code "signature"} are short for the last;
 * {@code false} switches protection against replays off.
 */
public final class IdempotencyReader {

    private static final String KEY = "idempotency";
    private static final Duration MIN_WINDOW = Duration.ofSeconds(1);
    private static final Duration MAX_WINDOW = Duration.ofDays(90);

    private final Settings endpoint;
    private final List<StagedValidator> validators;
    private final DataType dataType;

    private IdempotencyReader(Settings endpoint, List<StagedValidator> validators, DataType dataType) {
        this.endpoint = endpoint;
        this.validators = List.copyOf(validators);
        this.dataType = dataType;
    }

    /** Returns how the endpoint recognises repetitions, or null if it does not. */
    public static @Nullable Idempotency read(Settings endpoint, List<StagedValidator> validators, DataType dataType) {
        return new IdempotencyReader(endpoint, validators, dataType).read();
    }

    private @Nullable Idempotency read() {
        JsonNode value = endpoint.json(KEY);
        if (value == null) {
            return replayProtection();
        }
        if (value.isObject()) {
            return of(endpoint.object(KEY));
        }
        if (value.isBoolean() && !value.booleanValue()) {
            return null;
        }
        if (value.isBoolean() || "signature".equals(value.textValue())) {
            return new Idempotency(signature(), Idempotency.DEFAULT_WINDOW);
        }
        endpoint.problem(KEY, "Must be true, \"signature\", or an object with header, pointer or signature");
        return null;
    }

    private @Nullable Idempotency of(Settings settings) {
        Duration window = settings.duration("window", Idempotency.DEFAULT_WINDOW, MIN_WINDOW, MAX_WINDOW);
        String header = settings.string("header");
        JsonPointer pointer = settings.pointer("pointer");
        boolean signature = settings.flag("signature", false);
        int ways = (header == null ? 0 : 1) + (settings.has("pointer") ? 1 : 0) + (signature ? 1 : 0);
        if (ways != 1) {
            endpoint.problem(KEY, "Say one of header, pointer, or \"signature\": true");
            return null;
        }
        if (header != null) {
            return new Idempotency(Idempotency.header(settings.requireString("header")), window);
        }
        if (signature) {
            return new Idempotency(signature(), window);
        }
        if (dataType != DataType.JSON) {
            settings.problem("pointer", "Needs \"data_type\": \"json\": other payloads are not looked into");
        }
        return pointer == null ? null : new Idempotency(Idempotency.pointer(pointer, bodyIsSigned()), window);
    }

    private Idempotency.IdSource signature() {
        if (validators.isEmpty()) {
            endpoint.problem(KEY, "Needs a validator that knows the sender's ids, for example signature");
        }
        List<StagedValidator> all = validators;
        return request -> {
            ReceiptId first = null;
            for (StagedValidator staged : all) {
                ReceiptId id = staged.validator().receiptId(request);
                if (id != null && id.signed()) {
                    return id;
                }
                first = first == null ? id : first;
            }
            return first;
        };
    }

    private boolean bodyIsSigned() {
        return validators.stream().anyMatch(validator -> validator.stage() == ValidationStage.SIGNATURE);
    }

    /** Only what a signature covers proves that a request is the same: the rest needs to be asked for. */
    private @Nullable Idempotency replayProtection() {
        List<Validator> all =
                validators.stream().map(StagedValidator::validator).toList();
        Duration window = all.stream()
                .map(Validator::replayWindow)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        if (window.isZero()) {
            return null;
        }
        return new Idempotency(
                request -> {
                    for (Validator validator : all) {
                        ReceiptId id = validator.receiptId(request);
                        if (id != null && id.signed()) {
                            return id;
                        }
                    }
                    return null;
                },
                window);
    }
}
