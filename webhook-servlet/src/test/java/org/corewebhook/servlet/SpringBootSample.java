package org.corewebhook.servlet;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.corewebhook.spi.Validator;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** The Spring example of the README, compiled. */
final class SpringBootSample {

    // README: Spring
    @Bean
    FilterRegistrationBean<SignatureFilter> githubFilter(Validator github) {
        FilterRegistrationBean<SignatureFilter> filter = new FilterRegistrationBean<>(new SignatureFilter(github));
        filter.setUrlPatterns(List.of("/hooks/github"));
        filter.setOrder(Ordered.HIGHEST_PRECEDENCE); // before all that read parameters
        return filter;
    }
    // README: end

    /** What stands behind the filter. */
    @RestController
    static final class GithubController {

        // README: controller
        @PostMapping("/hooks/github")
        ResponseEntity<String> github(HttpServletRequest request) {
            return ResponseEntity.ok("Got " + SignatureFilter.body(request).length + " genuine bytes");
        }
        // README: end
    }
}
