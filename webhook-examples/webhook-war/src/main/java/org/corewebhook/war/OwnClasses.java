package org.corewebhook.war;

import java.beans.PropertyChangeListener;
import org.apache.catalina.Context;
import org.apache.catalina.Loader;
import org.jspecify.annotations.Nullable;

/**
 * Lets Tomcat use the class loader that has loaded the receiver. Tomcat's own makes one for the classes of a web
 * application, of which there are none, and looks for what they have left behind when it stops. Thread-safe.
 */
final class OwnClasses implements Loader {

    private volatile @Nullable Context context;

    @Override
    public ClassLoader getClassLoader() {
        return OwnClasses.class.getClassLoader();
    }

    @Override
    public @Nullable Context getContext() {
        return context;
    }

    @Override
    public void setContext(Context ours) {
        this.context = ours;
    }

    @Override
    public boolean getDelegate() {
        return true;
    }

    @Override
    public void setDelegate(boolean parentFirst) {}

    @Override
    public boolean modified() {
        return false;
    }

    @Override
    public void backgroundProcess() {}

    @Override
    public void addPropertyChangeListener(PropertyChangeListener listener) {}

    @Override
    public void removePropertyChangeListener(PropertyChangeListener listener) {}
}
