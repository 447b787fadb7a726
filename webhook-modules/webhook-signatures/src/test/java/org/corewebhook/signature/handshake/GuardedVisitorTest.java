package org.corewebhook.signature.handshake;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardedVisitorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/?Action=ConfirmSubscription",
                "http://sns.us-west-2.amazonaws.com/",
                "https://sns.us-west-2.amazonaws.com:8443/",
                "https://sns.us-west-2.amazonaws.com.evil.example/",
                "https://169.254.169.254/"
            })
    void visitsNothingButAmazonSns(String url) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> GuardedVisitor.AMAZON_SNS.visit(URI.create(url)))
                .withMessageContaining("must not be asked");
    }

    @Test
    void visitsNoAddressOfOurOwnNetworkWhateverTheName() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> new GuardedVisitor(host -> true).visit(URI.create("https://127.0.0.1/")))
                .withMessageContaining("loopback");
    }
}
