-- What the words' index has not reached yet is searched in its content: the folded text beside it was written with every
-- declaration, and read only until the index had come by.
alter table consignments drop column search;
