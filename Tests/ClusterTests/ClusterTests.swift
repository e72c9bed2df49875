import Testing

/// Real daemons over TLS on loopback; one cluster at a time, as each has several processes.
@Suite(.serialized) struct ClusterTests {}
