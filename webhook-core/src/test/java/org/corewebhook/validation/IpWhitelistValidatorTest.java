package org.corewebhook.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.corewebhook.validation.Validators.assertAccepted;

import java.util.List;
import java.util.Map;
import org.corewebhook.ErrorKind;
import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.ValidationStage;
import org.corewebhook.spi.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpWhitelistValidatorTest {

    private static final String NO_ADDRESS = " is no IP address and no range such as 10.0.0.0/8 or 2001:db8::/32";

    private final Validator validator =
            create(Map.of("ip_whitelist", List.of("127.0.0.1", "192.168.0.0/16", " 2001:DB8::/32 ")));

    @ParameterizedTest
    @CsvSource({"127.0.0.1", "192.168.77.1", "2001:db8::5", "::ffff:127.0.0.1", "2001:0db8:0:0:0:0:0:5"})
    void acceptsListedAddresses(String address) {
        assertAccepted(validator.validate(from(address)));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.2, 127.0.0.2",
        "::ffff:127.0.0.2, 127.0.0.2",
        "0:0:0:0:0:0:0:1, ::1",
        "192.169.0.1, 192.169.0.1"
    })
    void refusesOthersAndNamesTheNormalisedAddress(String address, String normalised) {
        assertForbidden(validator.validate(from(address)), "IP " + normalised + " not in whitelist");
    }

    @Test
    void refusesAPeerThatIsNoAddress() {
        assertForbidden(validator.validate(from("localhost")), "Could not determine client IP");
    }

    @Test
    void ignoresForwardedHeadersWithoutTrustedProxies() {
        WebhookRequest request = WebhookRequest.post("/webhook/a")
                .remoteAddress("203.0.113.9")
                .header("X-Forwarded-For", "127.0.0.1")
                .header("X-Real-IP", "127.0.0.1")
                .header("Remote-Addr", "127.0.0.1")
                .build();

        assertForbidden(validator.validate(request), "IP 203.0.113.9 not in whitelist");
    }

    @Test
    void believesATrustedProxyAboutTheLastHopOnly() {
        Validator proxied =
                create(Map.of("ip_whitelist", List.of("203.0.113.9"), "trusted_proxies", List.of("127.0.0.0/8")));

        assertAccepted(proxied.validate(forwarded("203.0.113.9")));
        assertAccepted(proxied.validate(forwarded("1.1.1.1, 203.0.113.9, 127.0.0.3")));
        assertForbidden(proxied.validate(forwarded("203.0.113.9, 1.1.1.1")), "IP 1.1.1.1 not in whitelist");
        assertForbidden(proxied.validate(forwarded("203.0.113.9, nonsense")), "Could not determine client IP");
    }

    @Test
    void takesASingleTextAsAListOfOne() {
        assertAccepted(create(Map.of("ip_whitelist", "127.0.0.1")).validate(from("127.0.0.1")));
    }

    @Test
    void runsFirstAndKeepsNoCredential() {
        assertThat(new IpWhitelistProvider().stage()).isEqualTo(ValidationStage.ADDRESS);
        assertThat(validator.credentialHeaders()).isEmpty();
    }

    @Test
    void reportsAnEmptyListAndLetsNobodyIn() {
        Map<String, ?> endpoint = Map.of("ip_whitelist", List.of());

        assertThat(Validators.problems(new IpWhitelistProvider(), endpoint))
                .containsExactly("/ip_whitelist: Must name at least one address: nothing could get in."
                        + " Remove the key to let all in");
        Validator closed = new IpWhitelistProvider().create(Settings.of(endpoint));
        assertThat(closed.validate(from("127.0.0.1")).refusal()).isEqualTo(ErrorKind.FORBIDDEN);
    }

    @Test
    void reportsItemsThatAreNoAddressByTheirIndex() {
        assertThat(Validators.problems(
                        new IpWhitelistProvider(),
                        Map.of(
                                "ip_whitelist",
                                List.of("127.0.0.1", "localhost", "010.0.0.1", "10.0.0.0/33"),
                                "trusted_proxies",
                                List.of("proxy"))))
                .containsExactly(
                        "/ip_whitelist: Item 1" + NO_ADDRESS,
                        "/ip_whitelist: Item 2" + NO_ADDRESS,
                        "/ip_whitelist: Item 3" + NO_ADDRESS,
                        "/trusted_proxies: Item 0" + NO_ADDRESS);
    }

    private static void assertForbidden(ValidationResult result, String detail) {
        assertThat(result.refusal()).isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(result.detail()).isEqualTo(detail);
    }

    private static WebhookRequest from(String address) {
        return WebhookRequest.post("/webhook/a").remoteAddress(address).build();
    }

    private static WebhookRequest forwarded(String hops) {
        return WebhookRequest.post("/webhook/a")
                .remoteAddress("127.0.0.1")
                .header("X-Forwarded-For", hops)
                .build();
    }

    private static Validator create(Map<String, ?> endpoint) {
        return Validators.create(new IpWhitelistProvider(), endpoint);
    }
}
