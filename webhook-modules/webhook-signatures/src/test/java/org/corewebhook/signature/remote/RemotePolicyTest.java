package org.corewebhook.signature.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePolicyTest {

    private final RemotePolicy sender = RemotePolicy.senderUrls(Set.of("keys.example")::contains);

    @ParameterizedTest
    @ValueSource(strings = {"https://keys.example/a", "https://KEYS.example/", "HTTPS://keys.example:443/a?b=c"})
    void allowsUrlsOfSendersOnTheList(String url) {
        assertThat(sender.refusal(URI.create(url))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://keys.example/",
                "ftp://keys.example/",
                "//keys.example/",
                "https://other.example/",
                "https://keys.example.evil.example/",
                "https://keys.example./",
                "https://user@keys.example/",
                "https://keys.example@evil.example/",
                "https://keys.example:8443/",
                "https:///path",
                "file:///etc/passwd",
                "mailto:a@keys.example"
            })
    void refusesAllOtherUrlsOfSenders(String url) {
        assertThat(sender.refusal(URI.create(url))).isNotNull().doesNotContain("evil");
    }

    @Test
    void allowsTheOperatorPlainHttpAndAnyPort() {
        assertThat(RemotePolicy.operatorUrls().refusal(URI.create("http://10.0.0.7:8080/introspect")))
                .isNull();
        assertThat(RemotePolicy.operatorUrls().refusal(URI.create("ftp://10.0.0.7/")))
                .isNotNull();
    }
}
