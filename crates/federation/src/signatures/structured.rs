//! Structured fields (RFC 8941) with every member as it was received: doubled ones are seen, not silently replaced.

use std::convert::Infallible;

use sfv::visitor::{DictionaryVisitor, EntryVisitor, InnerListVisitor, ItemVisitor, ParameterVisitor};
use sfv::{BareItemFromInput, KeyRef, Parser, Version};

/// A value without its parameters.
pub(super) type Bare<'a> = BareItemFromInput<'a>;

/// Parameters in their order.
pub(super) type Parameters<'a> = Vec<(&'a str, Bare<'a>)>;

/// A member of a dictionary.
#[derive(Debug)]
pub(super) struct Member<'a> {
    /// Its key.
    pub(super) label: &'a str,
    /// Whether it is an inner list.
    pub(super) is_list: bool,
    /// The members of the inner list, or the one item, with their parameters.
    pub(super) items: Vec<(Bare<'a>, Parameters<'a>)>,
    /// The parameters of the inner list.
    pub(super) parameters: Parameters<'a>,
}

/// Reads a dictionary; `None` if it is not one.
pub(super) fn dictionary(text: &str) -> Option<Vec<Member<'_>>> {
    let parser = Parser::new(text).with_version(Version::Rfc8941);
    parser.parse_dictionary_with_visitor(Members(Vec::new())).ok()
}

struct Members<'a>(Vec<Member<'a>>);

impl<'a> DictionaryVisitor<'a> for Members<'a> {
    type Out = Vec<Member<'a>>;
    type Error = Infallible;

    fn entry(&mut self, key: &'a KeyRef) -> Result<impl EntryVisitor<'a>, Infallible> {
        self.0.push(Member { label: key.as_str(), is_list: false, items: Vec::new(), parameters: Vec::new() });
        Ok(self.0.last_mut())
    }

    fn finish(self) -> Result<Self::Out, Infallible> {
        Ok(self.0)
    }
}

impl<'a> EntryVisitor<'a> for &mut Member<'a> {
    type Error = Infallible;

    fn item(self) -> Result<impl ItemVisitor<'a>, Infallible> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'a>, Infallible> {
        self.is_list = true;
        Ok(self)
    }
}

impl<'a> InnerListVisitor<'a> for &mut Member<'a> {
    type Error = Infallible;

    fn item(&mut self) -> Result<impl ItemVisitor<'a>, Infallible> {
        Ok(&mut **self)
    }

    fn finish(self) -> Result<impl ParameterVisitor<'a>, Infallible> {
        Ok(Collector(&mut self.parameters))
    }
}

impl<'a> ItemVisitor<'a> for &mut Member<'a> {
    type Out = Option<()>;
    type Error = Infallible;

    fn bare_item(self, value: Bare<'a>) -> Result<impl ParameterVisitor<'a, Out = Self::Out>, Infallible> {
        self.items.push((value, Vec::new()));
        Ok(self.items.last_mut().map(|(_, parameters)| Collector(parameters)))
    }
}

struct Collector<'s, 'a>(&'s mut Parameters<'a>);

impl<'a> ParameterVisitor<'a> for Collector<'_, 'a> {
    type Out = ();
    type Error = Infallible;

    fn parameter(&mut self, key: &'a KeyRef, value: Bare<'a>) -> Result<(), Infallible> {
        self.0.push((key.as_str(), value));
        Ok(())
    }

    fn finish(self) -> Result<(), Infallible> {
        Ok(())
    }
}
