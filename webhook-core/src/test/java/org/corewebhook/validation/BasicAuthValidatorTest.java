package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;
import static org.corewebhook.validation.Validators.assertUnauthorized;
import static org.corewebhook.validation.Validators.request;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthValidatorTest {

    private final Validator validator = create("admin", "p:w ä");

    /** The examples of RFC 7617, sections 2 and 2.1. */
    @ParameterizedTest
    @CsvSource({"Aladdin, open sesame, QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "test, 123£, dGVzdDoxMjPCow=="})
    void acceptsTheExamplesOfTheRfc(String username, String password, String encoded) {
        assertAccepted(create(username, password).validate(request("Authorization", "Basic " + encoded)));
    }

    @Test
    void acceptsUtf8AndLatin1() {
        assertAccepted(validate("admin:p:w ä", StandardCharsets.UTF_8));
        assertAccepted(validate("admin:p:w ä", StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"admin:x", "root:p:w ä", "admin:", ":p:w ä", ":", "Admin:p:w ä", "admin:p:w ä ", "admin :p:w ä"})
    void rejectsOtherCredentials(String credentials) {
        assertUnauthorized(validate(credentials, StandardCharsets.UTF_8), "Invalid credentials");
    }

    @Test
    void rejectsCredentialsWithoutAColon() {
        assertUnauthorized(validate("admin", StandardCharsets.UTF_8), "Invalid basic auth format");
    }

    @ParameterizedTest
    @CsvSource({
        "Basic @@@@, Invalid base64 encoding format",
        "Basic YWRt-W4_, Invalid base64 encoding format",
        "Basic =YWR, Invalid base64 encoding format",
        "Basic abc, Invalid base64 encoding in Authorization header",
        "'Basic ', Invalid base64 encoding in Authorization header",
        "Basic  YWRtaW46cDp3IMOk, Invalid base64 encoding: whitespace not allowed",
        "'Basic YWRtaW46 cDp3IMOk', Invalid base64 encoding: whitespace not allowed",
        "'Basic YWRtaW46cDp3IMOk ', Invalid base64 encoding: whitespace not allowed",
        "basic YWRtaW46cDp3IMOk, Basic authentication required",
        "BASIC YWRtaW46cDp3IMOk, Basic authentication required",
        "Basic, Basic authentication required",
        "BasicYWRtaW46cDp3IMOk, Basic authentication required",
        "Bearer x, Basic authentication required",
        "'', Basic authentication required"
    })
    void rejectsOtherFormsOfTheHeader(String header, String detail) {
        assertUnauthorized(validator.validate(request("Authorization", header)), detail);
    }

    @Test
    void rejectsAMissingHeader() {
        assertUnauthorized(validator.validate(request()), "Missing Authorization header");
    }

    @Test
    void rejectsTwoHeaders() {
        String header = header("admin:p:w ä", StandardCharsets.UTF_8);

        assertUnauthorized(
                validator.validate(request("Authorization", header, "AUTHORIZATION", header)),
                "Duplicate Authorization header");
    }

    @Test
    void namesTheHeaderAsACredential() {
        assertThat(validator.credentialHeaders()).containsExactly("Authorization");
        assertThat(new BasicAuthProvider().stage()).isEqualTo(ValidationStage.CREDENTIALS);
    }

    @Test
    void reportsMissingParts() {
        assertThat(Validators.problems(new BasicAuthProvider(), Map.of("basic_auth", Map.of())))
                .containsExactly("/basic_auth/username: Is missing", "/basic_auth/password: Is missing");
        assertThat(problems("admin", "")).containsExactly("/basic_auth/password: Must not be empty");
        assertThat(problems("", "secret")).containsExactly("/basic_auth/username: Must not be empty");
    }

    @Test
    void reportsAUserNameThatCannotBeSent() {
        assertThat(problems("a:b", "secret"))
                .containsExactly("/basic_auth/username: Must not contain a colon: it ends the user name (RFC 7617)");
    }

    private ValidationResult validate(String credentials, Charset charset) {
        return validator.validate(request("Authorization", header(credentials, charset)));
    }

    private static String header(String credentials, Charset charset) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(charset));
    }

    private static Iterable<String> problems(String username, String password) {
        return Validators.problems(new BasicAuthProvider(), endpoint(username, password));
    }

    private static Validator create(String username, String password) {
        return Validators.create(new BasicAuthProvider(), endpoint(username, password));
    }

    private static Map<String, ?> endpoint(String username, String password) {
        return Map.of("basic_auth", Map.of("username", username, "password", password));
    }
}
