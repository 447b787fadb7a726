package org.corewebhook.signature.credentials;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.JDKRegularExpressionFactory;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiles the patterns of a schema so that matching takes time in proportion to the text, whoever wrote it. Those that
 * RE2 does not know (look-around, back references) are compiled by the JDK, and listed. Thread-safe.
 */
final class LinearPatterns implements RegularExpressionFactory {

    private final Set<String> backtracking = ConcurrentHashMap.newKeySet();

    @Override
    public RegularExpression getRegularExpression(String regex) {
        try {
            Pattern pattern = Pattern.compile(regex);
            return text -> pattern.matcher(text).find();
        } catch (PatternSyntaxException e) {
            RegularExpression compiled =
                    JDKRegularExpressionFactory.getInstance().getRegularExpression(regex);
            backtracking.add(regex);
            return compiled;
        }
    }

    /** Returns the patterns that may take long. */
    Set<String> backtracking() {
        return Set.copyOf(backtracking);
    }
}
