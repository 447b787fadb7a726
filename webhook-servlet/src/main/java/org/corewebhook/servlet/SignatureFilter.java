package org.corewebhook.servlet;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.corewebhook.WebhookRequest;
import org.corewebhook.WebhookResponse;
import org.corewebhook.body.BodyBudget;
import org.corewebhook.spi.ValidationResult;
import org.corewebhook.spi.Validator;
import org.jspecify.annotations.Nullable;

/**
 * Proves the sender of a webhook and hands the request on to the application's own servlet or controller, which can
 * still read the body every way: {@code getInputStream}, {@code getReader}, {@code getParameter}, {@code getPart}.
 *
 * <pre>{@code
 * servletContext.addFilter("github", new SignatureFilter(SignatureSchemes.github(secret)))
 *         .addMappingForUrlPatterns(null, false, "/hooks/github");
 * }</pre>
 *
 * <p>The validator sees the exact bytes that were sent, read once and within limits; they stay in {@link #BODY}. Who is
 * refused gets a problem document (RFC 9457) and never reaches the application, unless
 * {@link SignatureFilterBuilder#passRefusedOn()} is set. Handshakes of the validator's sender are answered here.
 *
 * <p>Must come before filters that read parameters or bodies: if one did, all requests get 500 and the log says why. In
 * {@code web.xml} the init parameters {@code validators}, {@code refused}, {@code max_body_bytes}, {@code body_timeout}
 * and {@code max_body_bytes_in_flight} say the same as the builder. Thread-safe.
 */
public final class SignatureFilter implements Filter {

    /** The request attribute with the verdict, an {@link ValidationResult}: {@value}. */
    public static final String VERDICT = "org.corewebhook.servlet.verdict";

    /**
     * The request attribute with the exact bytes of the body, a {@code byte[]} that nobody may write into:
     * {@value}. Spring's {@code @RequestAttribute byte[]} converts each byte of it, which takes seconds for megabytes:
     * use {@link #body}.
     */
    public static final String BODY = "org.corewebhook.servlet.body";

    private static final AtomicLong FILTERS = new AtomicLong();

    /** Marks requests that this filter, not another of its kind, has let pass: their later dispatches pass, too. */
    private final String passed = SignatureFilter.class.getName() + ".passed." + FILTERS.incrementAndGet();

    private final FilterSettings settings;
    private final Semaphore slowDrains = new Semaphore(UploadStream.MAX_SLOW_DRAINS);
    private volatile @Nullable AtWork atWork;

    /** What the filter works with once its validator is known. */
    private record AtWork(FilterSettings settings, SignatureGate gate, BodyBudget budget) {

        static @Nullable AtWork with(FilterSettings settings) {
            Validator validator = settings.validator();
            return validator == null
                    ? null
                    : new AtWork(
                            settings,
                            new SignatureGate(validator, settings.passRefusedOn()),
                            new BodyBudget(settings.maxBodyBytesInFlight()));
        }
    }

    /** Makes a filter for {@code web.xml}: what it checks is said by the init parameter {@code validators}. */
    public SignatureFilter() {
        this(FilterSettings.of(null));
    }

    /** Makes a filter that lets pass what this validator accepts, with the default limits. */
    public SignatureFilter(Validator validator) {
        this(FilterSettings.of(Objects.requireNonNull(validator, "validator")));
    }

    SignatureFilter(FilterSettings settings) {
        this.settings = settings;
        this.atWork = AtWork.with(settings);
    }

    /** Returns a builder of a filter that lets pass what this validator accepts. */
    public static SignatureFilterBuilder builder(Validator validator) {
        return new SignatureFilterBuilder(validator);
    }

    /**
     * Returns the exact bytes of the body of a request that has passed; nobody may write into them.
     *
     * @throws IllegalStateException if no SignatureFilter has let the request pass
     */
    public static byte[] body(ServletRequest request) {
        if (request.getAttribute(BODY) instanceof byte[] bytes) {
            return bytes;
        }
        throw notPassed();
    }

    /**
     * Returns the verdict on a request that has passed.
     *
     * @throws IllegalStateException if no SignatureFilter has let the request pass
     */
    public static ValidationResult verdict(ServletRequest request) {
        if (request.getAttribute(VERDICT) instanceof ValidationResult verdict) {
            return verdict;
        }
        throw notPassed();
    }

    private static IllegalStateException notPassed() {
        return new IllegalStateException("No SignatureFilter has seen this request: map one to its path");
    }

    /** Reads the init parameters, which win over what the builder said; all problems are told at once. */
    @Override
    public void init(FilterConfig config) throws ServletException {
        atWork = AtWork.with(FilterParameters.read(config, settings));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        AtWork ready = atWork;
        if (ready == null
                || !(request instanceof HttpServletRequest httpRequest)
                || !(response instanceof HttpServletResponse httpResponse)) {
            throw new ServletException("A SignatureFilter needs a validator, and HTTP requests to check");
        }
        if (httpRequest.getAttribute(passed) instanceof byte[] bytes) {
            chain.doFilter(BufferedRequest.keep(httpRequest, httpResponse, bytes), response);
            return;
        }
        BodyBudget.Reservation reservation = ready.budget().open(String.valueOf(httpRequest.getRemoteAddr()));
        try {
            filter(ready, httpRequest, httpResponse, chain, reservation);
        } finally {
            ReservationRelease.after(httpRequest, reservation);
        }
    }

    private void filter(
            AtWork ready,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            BodyBudget.Reservation reservation)
            throws IOException, ServletException {
        FilterSettings limits = ready.settings();
        KeptBody body = new KeptBody(
                new UploadStream(request, slowDrains),
                request.getContentLengthLong(),
                limits.maxBodyBytes(),
                limits.bodyTimeout(),
                reservation);
        WebhookRequest asSent = ServletRequests.read(request, ServletRequests.path(request), body);
        SignatureGate.Decision decision = ready.gate().decide(asSent, body);
        WebhookResponse answer = decision.answer();
        if (answer != null) {
            ServletResponses.write(answer, response, body.drain());
            return;
        }
        ValidationResult verdict = Objects.requireNonNull(decision.verdict());
        if (verdict.refusal() == null) {
            reservation.proven();
        }
        request.setAttribute(passed, body.bytes());
        request.setAttribute(BODY, body.bytes());
        request.setAttribute(VERDICT, verdict);
        chain.doFilter(new BufferedRequest(request, response, body.bytes()), response);
    }
}
