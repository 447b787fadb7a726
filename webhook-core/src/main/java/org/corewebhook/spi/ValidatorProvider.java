package org.corewebhook.spi;

import org.corewebhook.configuration.Settings;

/** Makes the validator for one key of {@code webhooks.json}; found by {@link java.util.ServiceLoader}. */
public interface ValidatorProvider {

    /** Returns the key of an endpoint's object that asks for this validator: {@code hmac}. */
    String key();

    /** Returns when the validator runs; one that never looks at the body should say so with another stage. */
    default ValidationStage stage() {
        return ValidationStage.SIGNATURE;
    }

    /**
     * Makes the validator; called only if the endpoint has the key.
     *
     * <p>Report what is wrong with {@link Settings#problem}: the endpoint is then closed, never open by accident. A key
     * inside the validator's object that was not read is such a problem, too.
     *
     * @param endpoint the settings of the whole endpoint; yours are {@code endpoint.object(key())}
     */
    Validator create(Settings endpoint);
}
