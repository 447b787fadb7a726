package org.corewebhook.configuration;

import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;

/**
 * A validator and when it runs.
 *
 * @param key its key in {@code webhooks.json}, for the log
 * @param stage when it runs
 * @param validator what decides
 */
public record StagedValidator(String key, ValidationStage stage, Validator validator) {}
