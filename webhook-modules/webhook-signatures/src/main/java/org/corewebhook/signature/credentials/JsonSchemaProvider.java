package org.corewebhook.signature.credentials;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;
import org.jspecify.annotations.Nullable;

/**
 * Serves {@code json_schema}: the payload of a proven sender must fit this JSON Schema.
 *
 * <p>{@code $schema} names draft 7, 2019-09 or 2020-12 (the default). References must lead to places in the schema
 * itself or to the schemas of these drafts; nothing is ever fetched. {@code format} is not looked at. A schema that is
 * not valid, or whose references lead nowhere, is a problem at start. Thread-safe.
 *
 * @see <a href="https://json-schema.org/specification">JSON Schema</a>
 */
public final class JsonSchemaProvider implements ValidatorProvider {

    private static final Set<SpecificationVersion> DRAFTS =
            EnumSet.range(SpecificationVersion.DRAFT_7, SpecificationVersion.DRAFT_2020_12);

    /** Where a schema without an id seems to come from; nothing is there. */
    private static final String NOWHERE = "urn:corewebhook:schema";

    /** Made by {@link java.util.ServiceLoader}. */
    public JsonSchemaProvider() {}

    @Override
    public String key() {
        return "json_schema";
    }

    @Override
    public ValidationStage stage() {
        return ValidationStage.PAYLOAD;
    }

    @Override
    public Validator create(Settings endpoint) {
        JsonNode node = endpoint.json(key());
        if (node == null || (!node.isObject() && !node.isBoolean())) {
            endpoint.problem(key(), "Must be a JSON Schema: an object, true or false");
            return Refusals.closed();
        }
        if (node.isEmpty() && node.isObject()) {
            endpoint.problem(key(), "Must not be empty: remove the key if any payload will do");
            return Refusals.closed();
        }
        SpecificationVersion draft = draft(node);
        if (draft == null) {
            endpoint.problem(key(), "Its $schema must be draft 7, 2019-09 or 2020-12");
            return Refusals.closed();
        }
        LinearPatterns patterns = new LinearPatterns();
        Schema schema = compile(node, draft, patterns, endpoint);
        patterns.backtracking()
                .forEach(pattern -> endpoint.warning(
                        key(), "The pattern " + pattern + " needs backtracking: a hostile text may keep it busy"));
        return schema == null ? Refusals.closed() : new JsonSchemaValidator(schema);
    }

    private @Nullable Schema compile(
            JsonNode node, SpecificationVersion draft, LinearPatterns patterns, Settings endpoint) {
        SchemaRegistry registry = registry(draft, patterns);
        List<Error> errors =
                registry.getSchema(SchemaLocation.of(draft.getDialectId())).validate(node);
        if (!errors.isEmpty()) {
            endpoint.problem(key(), "Is not a valid JSON Schema: " + errors.get(0));
            return null;
        }
        for (JsonNode reference : node.findValues("$dynamicRef")) {
            // the library resolves these while it validates, which is too late to report
            if (reference.isTextual() && !reference.textValue().startsWith("#")) {
                endpoint.problem(key(), "Cannot be used, $dynamicRef must begin with #: " + reference);
                return null;
            }
        }
        try {
            Schema schema = registry.getSchema(SchemaLocation.of(NOWHERE), node);
            schema.initializeValidators();
            schema.validate(JsonNodeFactory.instance.objectNode()); // once around, where it refers to itself
            return schema;
        } catch (SchemaException e) {
            endpoint.problem(key(), "Cannot be used, remote references are never followed: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            endpoint.problem(key(), "Has a pattern that cannot be read: " + e.getMessage());
        } catch (StackOverflowError e) {
            endpoint.problem(key(), "Refers to itself without end");
        }
        return null;
    }

    private static SchemaRegistry registry(SpecificationVersion draft, LinearPatterns patterns) {
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .failFast(true)
                .preloadSchema(false)
                .formatAssertionsEnabled(false)
                .regularExpressionFactory(patterns)
                .build();
        return SchemaRegistry.withDefaultDialect(
                draft,
                builder -> builder.schemaRegistryConfig(config)
                        .schemaLoader(
                                loader -> loader.fetchRemoteResources(false).allow(iri -> isOfADraft(iri.toString()))));
    }

    /** Those come with the library. */
    private static boolean isOfADraft(String iri) {
        return iri.startsWith("https://json-schema.org/draft/") || iri.startsWith("http://json-schema.org/draft-");
    }

    private static @Nullable SpecificationVersion draft(JsonNode schema) {
        if (!schema.has("$schema")) {
            return SpecificationVersion.DRAFT_2020_12;
        }
        String id = withoutFragment(schema.path("$schema").asText());
        return DRAFTS.stream()
                .filter(draft -> withoutFragment(draft.getDialectId()).equals(id))
                .findFirst()
                .orElse(null);
    }

    private static String withoutFragment(String id) {
        return id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
    }
}
