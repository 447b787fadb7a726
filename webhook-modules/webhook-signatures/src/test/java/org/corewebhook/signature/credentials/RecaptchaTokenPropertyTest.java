package org.corewebhook.signature.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.corewebhook.WebhookRequest;

class RecaptchaTokenPropertyTest {

    @Property(tries = 300)
    void findsNothingInArbitraryBodiesAndNeverThrows(@ForAll String text) {
        RecaptchaToken token = RecaptchaToken.inBody(null);

        assertThat(token.find(request("application/json", text))).isNull();
        assertThat(token.find(request("application/x-www-form-urlencoded", text)))
                .isNull();
    }

    private static WebhookRequest request(String type, String body) {
        return WebhookRequest.post("/webhook/a")
                .header("Content-Type", type)
                .body(body)
                .build();
    }
}
