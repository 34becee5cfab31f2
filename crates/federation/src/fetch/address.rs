//! Which addresses may be dialled: public unicast, and what the operator names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Everything in IANA's special-purpose registry (RFC 6890) that is not globally reachable, multicast and class E.
const NOT_PUBLIC_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// All that IANA gives out as global unicast; mapped, NAT64, unique local and link-local addresses lie outside.
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What is reserved inside it: protocol assignments with Teredo, documentation (two), 6to4, the former 6bone.
const NOT_PUBLIC_V6: [Ipv6Net; 5] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3ffe, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

const fn v4(address: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::from_octets(address), prefix)
}

const fn v6(address: [u16; 8], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::from_segments(address), prefix)
}

/// The addresses that may be dialled.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Whether 127.0.0.0/8 may be: local mode.
    pub local: bool,
    /// Networks that may be although they are not public.
    pub private_networks: Vec<IpNet>,
}

impl Reach {
    /// Whether `address` may be dialled.
    pub fn allows(&self, address: IpAddr) -> bool {
        let is_loopback = matches!(address, IpAddr::V4(v4) if v4.is_loopback());
        is_public(address) || self.is_private(address) || (self.local && is_loopback)
    }

    /// Whether `address` lies in a network that the operator named.
    pub fn is_private(&self, address: IpAddr) -> bool {
        // "Any address" means this machine to the system, whatever network it is written in.
        !address.is_unspecified() && self.private_networks.iter().any(|network| network.contains(&address))
    }
}

/// Whether `address` is public unicast: v4 by a list of what is not, v6 by a list of what is.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !NOT_PUBLIC_V4.iter().any(|network| network.contains(&v4)),
        IpAddr::V6(v6) => PUBLIC_V6.contains(&v6) && !NOT_PUBLIC_V6.iter().any(|network| network.contains(&v6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn ssrf_01_to_03_no_reserved_address_is_public() {
        let refused = "127.0.0.1 127.255.255.255 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 \
            169.254.169.254 0.0.0.0 0.1.2.3 100.64.0.1 100.127.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 \
            198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 \
            :: ::1 ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::808:808 64:ff9b:1::1 100::1 \
            2001::1 2001:0:53aa:64c::1 2001:2::1 2001:10::1 2001:20::1 2001:1ff::1 2001:db8::1 2002:7f00:1::1 \
            2002:808:808::1 3ffe::1 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd00::1 fe80::1 fec0::1 ff02::1";
        for address in refused.split_whitespace() {
            assert!(!is_public(ip(address)), "{address}");
        }
    }

    #[test]
    fn ordinary_addresses_are_public() {
        let allowed = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 \
            192.0.1.0 192.31.196.1 198.17.255.255 198.20.0.0 223.255.255.255 2001:200::1 2001:4860:4860::8888 2606:4700::1111 \
            2003:e5::1 2a00:1450:4001::1 2a01:4f8::1 3fff:1000::1";
        for address in allowed.split_whitespace() {
            assert!(is_public(ip(address)), "{address}");
        }
    }

    #[test]
    fn private_networks_and_loopback_open_only_what_they_name() {
        let closed = Reach { local: false, private_networks: Vec::new() };
        let local = Reach { local: true, private_networks: Vec::new() };
        let networks = ["10.1.0.0/16", "0.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("a network"));
        let private = Reach { local: false, private_networks: networks.to_vec() };
        let table = [
            ("8.8.8.8", [true, true, true]),
            ("127.0.0.1", [false, true, false]),
            ("::1", [false, false, false]),
            ("10.1.2.3", [false, false, true]),
            ("10.2.0.1", [false, false, false]),
            ("::ffff:10.1.2.3", [false, false, false]),
            ("fd12::1", [false, false, true]),
            ("0.0.0.0", [false, false, false]),
            ("::", [false, false, false]),
        ];
        for (address, expected) in table {
            assert_eq!([&closed, &local, &private].map(|reach| reach.allows(ip(address))), expected, "{address}");
        }
    }
}
