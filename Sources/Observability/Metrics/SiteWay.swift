/// Which way bytes cross a site's uplink.
public enum SiteWay: String, MetricLabelValue {
    case out, into = "in"
}
