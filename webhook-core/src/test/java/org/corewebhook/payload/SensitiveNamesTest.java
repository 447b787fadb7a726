package org.corewebhook.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SensitiveNamesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password",
                "Password",
                "PASSWORD",
                "user_password",
                "userPassword",
                "password2",
                "passwd",
                "pwd",
                "db.pwd",
                "secret",
                "client_secret",
                "clientSecret",
                "token",
                "accessToken",
                "access_token",
                "TOKENS",
                "X-Gitlab-Token",
                "api_key",
                "apiKey",
                "APIKey",
                "APIkey",
                "apikey",
                "API_KEY",
                "X-API-Key",
                "X-ApiKey",
                "x-api-key",
                "api key",
                "aws_access_key_id",
                "privateKey",
                "signing-key",
                "Authorization",
                "Proxy-Authorization",
                "auth",
                "OAuth",
                "oauth2_state",
                "X-Auth-User",
                "cookie",
                "Set-Cookie",
                "sessionId",
                "session_id",
                "JSESSIONID",
                "SSN",
                "customer.ssn",
                "csrfmiddlewaretoken-csrf",
                "X-CSRF-Token",
                "credentials",
                "passphrase",
                "pass_word",
                "user[password]",
                "PASSword"
            })
    void matchesCredentials(String name) {
        assertThat(SensitiveNames.standard().matches(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "monkey",
                "author",
                "authors",
                "authority",
                "keyboard",
                "key",
                "keys",
                "public_key",
                "Idempotency-Key",
                "sort_key",
                "session",
                "sessions",
                "pass",
                "compass",
                "secretary",
                "tokenizer",
                "X-Hub-Signature-256",
                "X-HMAC-Signature",
                "Content-Type",
                "id",
                "",
                "-",
                "___",
                "user",
                "api",
                "api_version_key",
                "lessness",
                "passage",
                "cookiecutter",
                "digest",
                "keyId",
                "漢字"
            })
    void leavesOtherNamesAlone(String name) {
        assertThat(SensitiveNames.standard().matches(name)).isFalse();
    }

    @Test
    void matchesExtraNamesAsAWholeIgnoringCase() {
        SensitiveNames names = SensitiveNames.with(List.of("iban", "Card Number"));

        assertThat(names.matches("IBAN")).isTrue();
        assertThat(names.matches("card number")).isTrue();
        assertThat(names.matches("iban_country")).isFalse();
        assertThat(names.matches("password")).isTrue();
    }

    @Property
    void neverFails(@ForAll String name) {
        assertThat(SensitiveNames.standard().matches(name + "_password")).isTrue();
        assertThat(SensitiveNames.standard().matches("password_" + name)).isTrue();
    }
}
