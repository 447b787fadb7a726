package org.corewebhook.thirdparty;

import org.corewebhook.WebhookRequest;
import org.corewebhook.configuration.Settings;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.corewebhook.spi.ValidatorProvider;

/** A validator as a third party writes it: this class and one services line. */
public final class WeekdayValidator implements ValidatorProvider {

    @Override
    public String key() {
        return "weekday";
    }

    @Override
    public Validator create(Settings endpoint) {
        String day = endpoint.object(key()).requireString("day");
        return (WebhookRequest request) -> day.equals(request.headers().first("X-Day"))
                ? ValidationResult.accepted()
                : ValidationResult.forbidden("Not today");
    }
}
